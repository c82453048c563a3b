import fs from "node:fs";
import { setImmediate as turn } from "node:timers/promises";
import { closeFile, openFile } from "../../files/disk.ts";
import { type CheckName, createCheck, type Findings } from "./checks.ts";
import { checkZip } from "./zip-check.ts";

/** Checks a file while it is being written. */
export interface Verifier {
  /** The first `end` bytes are written. */
  advance(end: number): void;
  /** All `bytes` are written; resolves when they are checked and rejects if it is closed first. */
  finish(bytes: number): Promise<Findings>;
  close(): Promise<void>;
}

/** Small enough to stay in the processor cache until it is hashed. */
const readBytes = 256 * 1024;

/** Yield to other work of the thread after this many bytes. */
const turnBytes = 4 * 1024 * 1024;

/** Verifies the existing file at `path` from its beginning. */
export function createTailVerifier(path: string, names: readonly CheckName[]): Verifier {
  const gzipFirst = [...names].sort((a, b) => Number(b === "gzip") - Number(a === "gzip"));
  const checks = gzipFirst.flatMap((name) =>
    name === "zip" ? [] : [{ name, check: createCheck(name) }],
  );
  const opened = openFile(path, "r");
  let written = 0;
  let total: number | undefined;
  const closing = new AbortController();
  let wake: () => void = () => undefined;
  const running = run();
  running.catch(() => undefined);

  async function run(): Promise<Findings> {
    const fd = await opened;
    const buffer = checks.length === 0 ? Buffer.alloc(0) : Buffer.allocUnsafeSlow(readBytes);
    let at = 0;
    while (!closing.signal.aborted && (total === undefined || at < total)) {
      if (at >= written) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      if (checks.length === 0) {
        at = written;
        continue;
      }
      // Fresh bytes are in the system cache, so a synchronous read is cheaper than another thread.
      const bytes = fs.readSync(fd, buffer, 0, Math.min(readBytes, written - at), at);
      if (bytes === 0) throw new Error("the partial file is shorter than what was written to it");
      const chunk = buffer.subarray(0, bytes);
      // Unpacking runs in system threads while this one hashes.
      await Promise.all(checks.map(({ check }) => check.update(chunk)));
      at += bytes;
      if (at % turnBytes < readBytes) await turn();
    }
    closing.signal.throwIfAborted();
    return conclude();
  }

  async function conclude(): Promise<Findings> {
    const findings: Findings = {};
    for (const { name, check } of checks) {
      const found = await check.end();
      if (found !== undefined) findings[name] = found;
    }
    const wrong = names.includes("zip") ? await checkZip(path, closing.signal) : undefined;
    return wrong === undefined ? findings : { ...findings, zip: wrong };
  }

  return {
    advance(end) {
      written = Math.max(written, end);
      wake();
    },
    finish(bytes) {
      total = bytes;
      written = bytes;
      wake();
      return running;
    },
    async close() {
      if (closing.signal.aborted) return;
      closing.abort();
      wake();
      await running.catch(() => undefined);
      for (const { check } of checks) check.drop();
      await opened.then(closeFile, () => undefined);
    },
  };
}
