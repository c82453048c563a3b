import type { AppError } from "../base/errors.ts";

/**
 * What shows that a file is the service's, the strongest first: its listed md5, the CRCs that its format
 * holds, or only its size, as the service lists it or the object store announces it.
 */
export const verifications = ["md5", "gzip", "zip", "size"] as const;

export type VerifiedBy = (typeof verifications)[number];

/** A file to fetch, as the listing describes it. */
export interface TransferFile {
  fileId: string;
  fileSetId: string;
  /** As the service names it; the name on disk is derived from it. */
  name: string;
  /** Undefined where the publisher left it out. */
  bytes?: number;
  /** 32 lower-case hex characters; undefined where the publisher left it out. */
  md5?: string;
}

export interface TransferRequest {
  file: TransferFile;
  /** Absolute path of the folder that the file goes into. */
  directory: string;
  /** True: a complete file of that name is replaced. */
  overwrite?: boolean;
  /** Name in that folder under which it is saved, in the place of what stands there: this very file, damaged. */
  onto?: string;
}

/** A transfer moves queued → running → verifying → saved; every state but the last three can be paused. */
export type TransferState =
  | "queued"
  | "running"
  | "paused"
  | "verifying"
  | "saved"
  | "skipped"
  | "failed"
  | "cancelled";

/** One transfer at one moment. Snapshots are never changed; a new one replaces it. */
export interface Transfer {
  id: string;
  file: TransferFile;
  directory: string;
  /** Absolute final path, once the name is settled. */
  path?: string;
  state: TransferState;
  /** Bytes of the file that are on disk. */
  bytesDone: number;
  /** Size of the file, once known. */
  bytesTotal?: number;
  /** Body bytes that this run received. */
  bytesFetched: number;
  /** Over the last seconds; 0 when it does not run. */
  bytesPerSecond: number;
  /** Undefined while it cannot be told. */
  secondsLeft?: number;
  /** Seconds spent running. */
  seconds: number;
  /** What is waited for, in words: "not there yet, next try in 10 s". */
  waitingFor?: string;
  /** Lower-case hex, once saved. */
  sha256?: string;
  /** Once saved or skipped; undefined where there was nothing to verify it by. */
  verifiedBy?: VerifiedBy;
  /** Set when failed. */
  error?: AppError;
}

export interface TransferTotals {
  running: number;
  queued: number;
  /** Saved and skipped. */
  done: number;
  failed: number;
  bytesDone: number;
  /** Sum over transfers whose size is known; failed ones included, cancelled ones not. */
  bytesTotal: number;
  bytesPerSecond: number;
  secondsLeft?: number;
}

export interface TransfersSnapshot {
  transfers: readonly Transfer[];
  totals: TransferTotals;
}

/** The truth of all transfers. It works without a screen and outlives every screen. */
export interface TransferEngine {
  /** Queues the files and returns their transfer ids, in order. A file that is queued already keeps its id, and waits for what is asked now. */
  add(requests: readonly TransferRequest[]): string[];
  pause(id: string): void;
  resume(id: string): void;
  /** Stops it and removes its partial file, unless another process works on that. */
  cancel(id: string): void;
  retry(id: string): void;
  /** Moves the transfers, in that order, one place earlier or later in the queue each. */
  move(ids: readonly string[], way: "earlier" | "later"): void;
  clearEnded(): void;
  snapshot(): TransfersSnapshot;
  /** Called at most a few times a second while something changes. Returns what ends the calls. */
  subscribe(listener: () => void): () => void;
  /** Resolves when nothing is queued or running. */
  idle(): Promise<void>;
  /** Stops all work, keeps partial files for a later run, and resolves when nothing is open. */
  stop(): Promise<void>;
}
