import type { ReadStream } from "node:tty";
import type { Environment } from "../../config/environment.ts";
import type { OutputStream } from "./output.ts";

/** The streams, environment and signal of one call of the program. */
export interface Call {
  stdin: NodeJS.ReadableStream & Partial<Pick<ReadStream, "isTTY">>;
  stdout: OutputStream;
  stderr: OutputStream;
  /** Read on first use: throws an AppError if a variable is not valid. */
  readonly environment: Environment;
  /** Aborts when the call is interrupted. */
  signal: AbortSignal;
  nowMs(): number;
}

/** True if a person can be asked; the results may go elsewhere. */
export function isInteractive({ stdin, stderr }: Call): boolean {
  return stdin.isTTY === true && stderr.isTTY === true;
}

/** What every listing and transfer command takes. */
export interface CommonOptions {
  json?: boolean;
}
