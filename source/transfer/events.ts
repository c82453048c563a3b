import type { VerifiedBy } from "./engine.ts";

export type TransferEvent =
  /** The final path is settled. */
  | { kind: "named"; path: string }
  | { kind: "sized"; bytes: number }
  | { kind: "received"; bytes: number }
  /** Total bytes of the file on disk. */
  | { kind: "stored"; bytes: number }
  /** Paused because of `why`; without it, work has resumed. */
  | { kind: "waiting"; why?: string }
  | { kind: "verifying" }
  /** The download resumes after verification. */
  | { kind: "downloading" };

export type Emit = (event: TransferEvent) => void;

/** The outcome of a file that did not fail; without `verifiedBy` nothing could verify it. */
export type FileOutcome = { path: string; bytes: number; verifiedBy?: VerifiedBy | undefined } & (
  | { state: "saved"; sha256?: string | undefined }
  | { state: "skipped" }
);
