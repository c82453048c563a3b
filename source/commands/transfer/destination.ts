import type { SumsKeeper } from "../../checksums/keep-sums.ts";
import type { Transfer } from "../../transfer/engine.ts";
import type { OpenBatch } from "./run-transfers.ts";

/** Where files go: a folder, or a place in an object store. */
export interface TransferDestination {
  /** Absolute, or "s3://bucket/prefix". */
  directory: string;
  /** Keeps a SHA256SUMS there. */
  keepSums(): SumsKeeper;
  openBatch: OpenBatch;
  /** The transfer with the SHA-256 of its file, which is read if it is unknown. */
  withSha256(transfer: Transfer, signal: AbortSignal): Promise<Transfer>;
}
