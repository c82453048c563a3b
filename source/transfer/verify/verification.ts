import { unlessAborted } from "../../base/abortable.ts";
import { diskError } from "../../files/disk.ts";
import type { TransferFile } from "../engine.ts";
import type { Findings, Verifier } from "./tail-verifier.ts";
import {
  assertVerified,
  type Evidence,
  isNamelessGzip,
  readHead,
  selectChecks,
  type Verdict,
} from "./verdict.ts";
import type { WorkerPool } from "./worker-pool.ts";

/** The verification of one part file, which goes on while its bytes arrive. */
export interface Verification extends Pick<Verifier, "advance" | "close"> {
  /**
   * All `bytes` are written. Rejects with an AppError of kind integrity if they are not right, with one
   * of kind disk if they cannot be read, or with the signal's reason when it aborts.
   */
  conclude(bytes: number, hasKnownSize: boolean): Promise<Verdict>;
}

/** Verifies the part file at `path`, which must exist. To be closed in every case. */
export function beginVerification(
  file: TransferFile,
  path: string,
  workers: WorkerPool,
  signal: AbortSignal,
): Verification {
  const checks = selectChecks(file);
  const verifier = workers.verify(path, checks);

  /** Does not wait for a verification that nobody wants any more; closing ends it. */
  const finish = (one: Verifier, bytes: number): Promise<Findings> => {
    const found = one.finish(bytes).catch((thrown) => {
      throw diskError(thrown, "Verifying what arrived");
    });
    return unlessAborted(found, signal);
  };

  /** The gzip check of a file whose name did not say that it is gzip. */
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
