import type { VerifiedBy } from "./engine.ts";

/** What the fetching of a file tells while it goes on. */
export type TransferEvent =
  /** Its final path is settled. */
  | { kind: "named"; path: string }
  | { kind: "sized"; bytes: number }
  | { kind: "received"; bytes: number }
  /** This many bytes of the file are on disk now. */
  | { kind: "stored"; bytes: number }
  /** Nothing goes on until `why` is over; without it something does again. */
  | { kind: "waiting"; why?: string }
  | { kind: "verifying" }
  /** It downloads again after verifying. */
  | { kind: "downloading" };

export type Emit = (event: TransferEvent) => void;

/** What came of a file that did not fail. A file without `verifiedBy` had nothing to verify it by. */
export type FileOutcome = { path: string; bytes: number; verifiedBy?: VerifiedBy | undefined } & (
  | { state: "saved"; sha256: string }
  | { state: "skipped" }
);
