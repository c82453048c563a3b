import fs from "node:fs";
import { setImmediate as turn } from "node:timers/promises";
import { unlessAborted } from "../../base/waiting.ts";
import { closeFile, diskError, openFile } from "../../files/disk.ts";
import type { TransferFile } from "../engine.ts";
import {
  assertVerified,
  type Check,
  type CheckName,
  createCheck,
  type Evidence,
  type Findings,
  isNamelessGzip,
  readHead,
  type Verdict,
} from "./checks.ts";
import { checkZip } from "./zip-check.ts";

/** Verifies a part file while its bytes arrive. */
export interface Verification extends Pick<Verifier, "advance" | "close"> {
  /**
   * Call it when all `bytes` are written. Rejects with an AppError of kind integrity if they are wrong, of
   * kind disk if they are unreadable, or with the reason of the signal.
   */
  conclude(bytes: number, hasKnownSize: boolean): Promise<Verdict>;
}

/** Verifies the existing part file at `path`; close it in every case. */
export function beginVerification(
  file: TransferFile,
  path: string,
  checks: readonly CheckName[],
  verify: (path: string, checks: readonly CheckName[]) => Verifier,
  signal: AbortSignal,
): Verification {
  const verifier = verify(path, checks);

  /** Stops waiting on abort; closing ends the verification. */
  const finish = (one: Verifier, bytes: number): Promise<Findings> => {
    const found = one.finish(bytes).catch((thrown) => {
      throw diskError(thrown, "Verifying what arrived");
    });
    return unlessAborted(found, signal);
  };

  /** Checks gzip data whose file name does not show the format. */
  async function withNameless(evidence: Evidence, bytes: number): Promise<Evidence> {
    if (file.md5 !== undefined) return evidence;
    if (!isNamelessGzip(file.name, await readHead(path))) return evidence;
    const gzip = verify(path, ["gzip"]);
    try {
      const findings = { ...evidence.findings, ...(await finish(gzip, bytes)) };
      return { ...evidence, checks: [...evidence.checks, "gzip"], findings };
    } finally {
      await gzip.close();
    }
  }

  return {
    advance: verifier.advance,
    close: verifier.close,
    async conclude(bytes, hasKnownSize) {
      const evidence = { checks, findings: await finish(verifier, bytes), hasKnownSize };
      return assertVerified(file, await withNameless(evidence, bytes));
    },
  };
}

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
  let checks: readonly NamedCheck[] = [];
  const opened = openFile(path, "r");
  let written = 0;
  let total: number | undefined;
  const closing = new AbortController();
  let wake: () => void = () => undefined;
  const running = run();
  running.catch(() => undefined);

  async function run(): Promise<Findings> {
    const fd = await opened;
    checks = createChecks(names);
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
      // What was only read is not lost if its close fails.
      await opened.then(closeFile).catch(() => undefined);
    },
  };
}

interface NamedCheck {
  name: CheckName;
  check: Check;
}

/** The checks of bytes in order; a zip is checked as a whole. */
function createChecks(names: readonly CheckName[]): NamedCheck[] {
  const gzipFirst = [...names].sort((a, b) => Number(b === "gzip") - Number(a === "gzip"));
  return gzipFirst.flatMap((name) => (name === "zip" ? [] : [{ name, check: createCheck(name) }]));
}
