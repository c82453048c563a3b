import type { Writable } from "node:stream";

/**
 * Ends the process once all output is written, without waiting for kept connections and threads to close.
 * Everything that must outlast the process is on disk before.
 */
export async function exitOnceWritten(exitCode: number): Promise<never> {
  const { stdout, stderr } = process;
  await Promise.all([stdout, stderr].map(written));
  process.exit(exitCode);
}

/** Resolves once all output was written or has failed. */
export function written(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    // The terminal program has taken its own listener away by then.
    stream.once("error", () => resolve());
    stream.write("", () => setImmediate(resolve));
  });
}
