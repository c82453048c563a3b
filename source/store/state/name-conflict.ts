import type { TransferRequest } from "../../transfer/engine.ts";

/** A file to download whose name is taken by another one in the folder. */
export interface NameConflict {
  request: TransferRequest;
  /** Bytes of the file that stands there. */
  bytesThere: number;
}

/** The marks that were ordered by, and the key of their place. */
export interface OrderedMarks {
  key: string;
  marks: ReadonlySet<string>;
}

/** What was ordered and waits for an answer, whatever lies over the screen meanwhile. */
export interface NameConflicts {
  /** Still to be asked about, the first one now. */
  names: readonly NameConflict[];
  /** What is downloaded once all is answered. */
  settled: readonly TransferRequest[];
  /** Given back where nothing is downloaded. */
  ordered: readonly OrderedMarks[];
}
