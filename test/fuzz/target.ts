/** A reader of external data, and the promises it makes for any input. */
export interface Target {
  name: string;
  /** The files whose words an input may contain: field names and literals. */
  sources: readonly string[];
  /** Inputs as the program itself or the service writes them. */
  seeds(): readonly (string | Buffer)[];
  /** True if an input takes a millisecond or more. */
  isSlow?: boolean;
  /** Throws if the reader breaks a promise. `folder` belongs to the target, and is empty before the first input. */
  run(input: Buffer, folder: string): void | Promise<void>;
}
