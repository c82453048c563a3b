import type { AppError } from "../base/errors.ts";
import type { VerifiedBy } from "./engine.ts";

/** A failed request will be sent again. */
export interface PendingRetry {
  error: AppError;
  /** Counts the retries since bytes last arrived, from 1. */
  attempt: number;
  /** By the engine's clock. */
  atMs: number;
}

export type TransferEvent =
  /** The final path is settled. */
  | { kind: "named"; path: string }
  | { kind: "sized"; bytes: number }
  | { kind: "received"; bytes: number }
  /** Total bytes of the file on disk. */
  | { kind: "stored"; bytes: number }
  /** All requests of the file failed. The next bytes end this state. */
  | { kind: "retrying"; retry: PendingRetry }
  | { kind: "verifying" }
  /** The download resumes after verification. */
  | { kind: "downloading" };

export type Emit = (event: TransferEvent) => void;

/** The outcome of a file that did not fail; without `verifiedBy` nothing could verify it. */
export type FileOutcome = { path: string; bytes: number; verifiedBy?: VerifiedBy | undefined } & (
  | { state: "saved"; sha256?: string | undefined }
  | { state: "skipped" }
);
