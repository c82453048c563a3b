import type { ReadStream } from "node:tty";
import type { Environment } from "../../config/environment.ts";
import type { OutputStream } from "./output.ts";

/** What one call of the program has around it. */
export interface Call {
  stdin: NodeJS.ReadableStream & Partial<Pick<ReadStream, "isTTY">>;
  stdout: OutputStream;
  stderr: OutputStream;
  /** Read when it is first asked for: throws an AppError where a variable is not of its form. */
  readonly environment: Environment;
  /** Aborts when the call is interrupted. */
  signal: AbortSignal;
  nowMs(): number;
}

/** True where a person can be asked: results may go elsewhere. */
export function isInteractive({ stdin, stderr }: Call): boolean {
  return stdin.isTTY === true && stderr.isTTY === true;
}

/** What every listing and transfer command takes. */
export interface CommonOptions {
  json?: boolean;
}
