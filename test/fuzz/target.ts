/** A reader of what comes from outside, and what it promises for any input. */
export interface Target {
  name: string;
  /** The files whose words an input may have: field names and literals. */
  sources: readonly string[];
  /** Inputs as the program itself, or the other side, writes them. */
  seeds(): readonly (string | Buffer)[];
  /** True if an input takes a millisecond or more. */
  isSlow?: boolean;
  /** Throws if the reader breaks a promise. `folder` is empty before the first input, and its own. */
  run(input: Buffer, folder: string): void | Promise<void>;
}
