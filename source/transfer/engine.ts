import type { AppError } from "../base/errors.ts";

/** How a file was verified, strongest first: listed md5, CRCs of its format, or only its size. */
export const verifications = ["md5", "gzip", "zip", "size"] as const;

export type VerifiedBy = (typeof verifications)[number];

/** A file as the listing describes it. */
export interface TransferFile {
  fileId: string;
  fileSetId: string;
  /** For people; undefined if it is not known. */
  fileSetName?: string;
  /** Screens leave it out of names that begin with it. */
  packageName?: string;
  /** The name in the service; the name on disk is derived from it. */
  name: string;
  /** Undefined if the publisher omitted it. */
  bytes?: number;
  /** 32 lower-case hex characters; undefined if the publisher omitted it. */
  md5?: string;
}

export interface TransferRequest {
  file: TransferFile;
  /** Absolute path of the target folder. */
  directory: string;
  /** Replaces a complete file of that name. */
  overwrite?: boolean;
  /** Name in that folder of a damaged copy of this file, which is replaced. */
  onto?: string;
  /** The name is decided: if another file has it, the transfer fails, or replaces it with `overwrite`. */
  keepsName?: boolean;
}

/** Moves queued → running → verifying → saved; only the first three can be paused. */
export type TransferState =
  | "queued"
  | "running"
  | "paused"
  | "verifying"
  | "saved"
  | "skipped"
  | "failed"
  | "cancelled";

/** The next try of a transfer whose requests failed. */
interface TransferRetry {
  error: AppError;
  /** From 1. */
  attempt: number;
  /** 0 while its request is under way. */
  inSeconds: number;
}

/** An immutable snapshot of one transfer. */
export interface Transfer {
  id: string;
  file: TransferFile;
  directory: string;
  /** Absolute final path, once settled. */
  path?: string;
  state: TransferState;
  /** Bytes on disk. */
  bytesDone: number;
  /** Bytes in memory of a small file, which is written once it is complete. */
  bytesHeld?: number;
  bytesTotal?: number;
  /** Body bytes received by this run. */
  bytesFetched: number;
  /** Average of the last seconds; 0 when not running. */
  bytesPerSecond: number;
  /** Undefined without an estimate. */
  secondsLeft?: number;
  /** Seconds spent running. */
  seconds: number;
  /** While running, if its requests failed and nothing has arrived since. */
  retry?: TransferRetry;
  /** While running, seconds without a byte if they are more than a few. */
  silentSeconds?: number;
  /** Lower-case hex, once saved; undefined if it is not recorded. */
  sha256?: string;
  /** Once saved or skipped; undefined if nothing could verify it. */
  verifiedBy?: VerifiedBy;
  error?: AppError;
  /** When it was cancelled, in milliseconds since 1970, while its partial file is still kept. */
  cancelledAtMs?: number;
}

export interface TransferTotals {
  running: number;
  queued: number;
  /** Saved and skipped. */
  done: number;
  failed: number;
  /** Bytes on disk or in memory. */
  bytesDone: number;
  /** Sum of known sizes, including failed transfers but not cancelled ones. */
  bytesTotal: number;
  bytesPerSecond: number;
  secondsLeft?: number;
}

export interface TransfersSnapshot {
  transfers: readonly Transfer[];
  totals: TransferTotals;
}

/** Holds all transfers, independent of any screen. */
export interface TransferEngine {
  /** Queues files and returns their transfer ids in order; a known file keeps its id, with the new request. */
  add(requests: readonly TransferRequest[]): string[];
  pause(id: string): void;
  resume(id: string): void;
  /** Stops it. Its partial file is removed after a minute or on stop, unless another process uses it. */
  cancel(id: string): void;
  /** Undoes `cancel` while the partial file is kept: the transfer continues, or is paused or failed again. */
  restore(id: string): void;
  retry(id: string): void;
  /**
   * Sends what waits for the folder `from`, and what any folder refused, to the folder `to`;
   * the latter is queued again. Transfers that have begun stay. Returns how many go to `to`.
   */
  relocate(from: string, to: string): number;
  /** Moves each transfer one place in the queue, in the given order. */
  move(ids: readonly string[], way: "earlier" | "later"): void;
  /** Removes the transfers that have ended, and at once the partial files of cancelled ones. */
  clearEnded(): void;
  snapshot(): TransfersSnapshot;
  /** Calls the listener a few times a second at most; returns an unsubscribe function. */
  subscribe(listener: () => void): () => void;
  /** Resolves when nothing is queued or running. */
  idle(): Promise<void>;
  /** Stops all work and keeps partial files; resolves when everything is closed. */
  stop(): Promise<void>;
}

/** What commands need of an engine: files go in, and their transfers come out. */
export type TransferBatch = Pick<
  TransferEngine,
  "add" | "clearEnded" | "idle" | "snapshot" | "stop" | "subscribe"
>;
