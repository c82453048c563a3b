import type { Clock } from "../../base/clock.ts";
import type { ObjectSource } from "../../objects/source.ts";
import type { Lanes } from "../connections/connection-pool.ts";
import type { TransferFile } from "../engine.ts";
import type { PartFile } from "../part-file/part-file.ts";

/** What the fetching of every object needs. */
export interface FetchContext {
  source: ObjectSource;
  lanes: Lanes;
  /** Before the first look again for an object that is not there yet. */
  retryDelayMs: number;
  stallTimeoutMs: number;
  clock: Clock;
}

/** What fetching tells. */
export interface FetchReport {
  /** The size of the object is known; the fetching goes on when this resolves. */
  sized(bytes: number): Promise<void>;
  /** Body bytes came. */
  received(bytes: number): void;
  /** So many bytes of the file are on disk. */
  stored(bytes: number): void;
  /** The beginning of the file is on disk up to here. */
  reached(end: number): void;
  /** Nothing goes on; what is waited for, in words. */
  waiting(words: string | undefined): void;
}

/** One object to fetch into a partial file. */
export interface FetchTask {
  file: TransferFile;
  part: PartFile;
  /** Of an earlier run: the object that the partial file has a part of. */
  resumed: { bytes: number; etag?: string | undefined } | undefined;
  report: FetchReport;
}
