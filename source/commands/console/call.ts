import type { ReadStream } from "node:tty";
import type { Environment } from "../../config/environment.ts";
import type { OutputStream } from "./output.ts";

/** The streams, environment and signal of one call of the program. */
export interface Call {
  stdin: NodeJS.ReadableStream & Partial<Pick<ReadStream, "isTTY">>;
  stdout: OutputStream;
  stderr: OutputStream;
  /** Read on first use. Throws an AppError if a variable is invalid. */
  readonly environment: Environment;
  signal: AbortSignal;
  nowMs(): number;
}

/** True if the user can be asked; stdout may still be redirected. */
export function isInteractive({ stdin, stderr }: Call): boolean {
  return stdin.isTTY === true && stderr.isTTY === true;
}

export interface CommonOptions {
  json?: boolean;
}
