import type { Parts } from "../../app/compose.ts";
import type { SumsKeeper } from "../../checksums/keep-sums.ts";
import type { Transfer, TransferBatch } from "../../transfer/engine.ts";
import type { Call } from "../console/call.ts";

/** Makes what fetches the files. */
export type OpenBatch = (parts: Parts, call: Call, recordsSha256: boolean) => TransferBatch;

/** Where files go: a folder, or an object store. */
export interface TransferDestination {
  /** Absolute, or "s3://bucket/prefix". */
  directory: string;
  /** Keeps a SHA256SUMS there. */
  keepSums(): SumsKeeper;
  openBatch: OpenBatch;
  /** The transfer with the SHA-256 of its file, which is read if it is unknown. */
  withSha256(transfer: Transfer, signal: AbortSignal): Promise<Transfer>;
}
