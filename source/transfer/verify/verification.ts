import { unlessAborted } from "../../base/waiting.ts";
import { diskError } from "../../files/disk.ts";
import type { TransferFile } from "../engine.ts";
import {
  assertVerified,
  type CheckName,
  type Evidence,
  type Findings,
  isNamelessGzip,
  readHead,
  type Verdict,
} from "./checks.ts";
import type { Verifier } from "./tail-verifier.ts";
import type { WorkerPool } from "./worker-pool.ts";

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
  workers: WorkerPool,
  signal: AbortSignal,
): Verification {
  const verifier = workers.verify(path, checks);

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
    const gzip = workers.verify(path, ["gzip"]);
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
