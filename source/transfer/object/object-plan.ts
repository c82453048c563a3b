import type { Identity } from "../../objects/read-object.ts";
import type { ByteRange } from "../../objects/source.ts";
import type { ConnectionLease, ConnectionPool } from "../connections/connection-pool.ts";
import type { PartFile } from "../part-file/part-file.ts";
import type { DownloadTask } from "./segment-download.ts";
import { endless, type Segment, SegmentPlan } from "./segment-plan.ts";

const kilobyte = 1024;
const megabyte = 1024 * kilobyte;

/** Sizes of requests and writes, adapted to recent measurements. */
export interface RequestSizes {
  segmentBytes(): number;
  /** Bytes before the end of a segment at which the next is requested, so that no pause occurs. */
  prefetchThreshold(): number;
  /** Bytes to buffer before each write, given the bytes already on disk. */
  flushSize(doneBytes: number): number;
  /** Bytes that may be buffered during a write before the sender is paused. */
  maxBuffered(doneBytes: number): number;
  /** Connections useful for a file with this many bytes missing. */
  connectionsFor(bytes: number): number;
  /**
   * Running requests for a smaller object are not split: that closes their connections, and others need a
   * handshake and a slow start.
   */
  leastBytesToSplit: number;
  leastSplitBytes: number;
  /** Segments that end within this many milliseconds are not split. */
  leastSplitMs(): number;
}

/** Largest span of segments in flight, and so the furthest that verification can lag behind. */
const windowBytes = 512 * megabyte;
const leastSegmentBytes = 4 * megabyte;
const firstSegmentBytes = 16 * megabyte;
const segmentSeconds = 4;

/** Approximate bytes buffered by all connections together. */
const totalBufferedBytes = 4 * megabyte;
const leastFlushBytes = 64 * kilobyte;
const leastFlushEachBytes = 8 * kilobyte;

export function createRequestSizes(
  pool: Pick<ConnectionPool, "answerMs" | "bytesPerSecond" | "open">,
  lease: Pick<ConnectionLease, "capacity">,
): RequestSizes {
  const open = () => Math.max(1, pool.open());
  const connectionRate = () => pool.bytesPerSecond() / open();
  const segmentBytes = () => {
    const most = Math.max(leastSegmentBytes, Math.floor(windowBytes / lease.capacity()));
    const wanted = connectionRate() === 0 ? firstSegmentBytes : connectionRate() * segmentSeconds;
    return Math.round(Math.min(most, Math.max(leastSegmentBytes, wanted)));
  };
  const flushSize = (doneBytes: number) => {
    const most = Math.min(megabyte, Math.max(megabyte / 8, totalBufferedBytes / open()));
    // A crash loses buffered bytes, so all connections together buffer little until more has arrived.
    const least = Math.max(leastFlushEachBytes, leastFlushBytes / open());
    return Math.min(most, Math.max(least, doneBytes / (64 * open())));
  };
  return {
    segmentBytes,
    prefetchThreshold() {
      const seconds = Math.max(10, pool.answerMs() * 1.5) / 1_000;
      return Math.min(segmentBytes() / 4, Math.max(leastFlushBytes, connectionRate() * seconds));
    },
    flushSize,
    maxBuffered(doneBytes) {
      const most = Math.min(totalBufferedBytes / open(), doneBytes / (32 * open()));
      return Math.max(flushSize(doneBytes), most);
    },
    connectionsFor,
    leastBytesToSplit: 8 * megabyte,
    leastSplitBytes: megabyte / 2,
    // A part may need a new connection: a handshake and a slow start.
    leastSplitMs: () => Math.max(100, pool.answerMs() * 4),
  };
}

/** One for each megabyte, and above eight one for each eight megabytes. */
function connectionsFor(bytes: number): number {
  const megabytes = Math.ceil(bytes / megabyte);
  return megabytes <= 8 ? Math.max(1, megabytes) : 8 + Math.floor((megabytes - 8) / 8);
}

/** The part file, of which only the bytes that it has matter. */
interface Downloaded {
  part: Pick<PartFile, "done">;
}

/** The known facts about an object, and the missing bytes that each request fetches. */
export class ObjectPlan {
  readonly #sizes: RequestSizes;
  readonly #segments: SegmentPlan;
  #identity: Identity;
  /**
   * True if a request failed before any answer arrived; then one request at a time is enough until an answer
   * arrives.
   */
  #hasFailed = false;
  /** End of a body without an announced length. */
  #endBytes: number | undefined;
  /** True if one request must fetch everything: the server ignores ranges or the object is empty. */
  #isSingle: boolean;
  /** The segment whose body continues to the end of the object. */
  #whole: Segment | undefined;
  /** Nearly finished segments, whose successors may begin. */
  readonly #nearlyFinished = new Set<Segment>();

  constructor(
    { file, part, resumed }: Pick<DownloadTask, "file" | "resumed"> & Downloaded,
    sizes: RequestSizes,
  ) {
    this.#sizes = sizes;
    this.#identity =
      resumed === undefined
        ? { kind: "listed", bytes: file.bytes }
        : { kind: "confirmed", bytes: resumed.bytes, etag: resumed.etag };
    this.#isSingle = this.bytes === 0;
    this.#segments = new SegmentPlan(part.done().missing(this.bytes || endless));
  }

  get identity(): Identity {
    return this.#identity;
  }

  /** The size of the object, or the end of its body. */
  get bytes(): number | undefined {
    return this.#identity.bytes ?? this.#endBytes;
  }

  get isDone(): boolean {
    return this.#segments.isDone;
  }

  /** True if several requests may run at a time; a listed size is enough to begin with several. */
  get canShare(): boolean {
    if (this.#isSingle) return false;
    if (this.#identity.kind === "confirmed") return true;
    return this.bytes !== undefined && !this.#hasFailed;
  }

  /** Connections useful for the bytes that remain after `doneBytes`. */
  connections(doneBytes: number): number {
    if (!this.canShare || this.bytes === undefined) return 1;
    return this.#sizes.connectionsFor(this.bytes - doneBytes);
  }

  /**
   * The `beginning` segments that start together share the unassigned bytes evenly. If none are left, it is
   * the rest of the slowest segment, but only with `maySplit`.
   */
  next(beginning: number, maySplit: boolean, nowMs: number): Segment | undefined {
    if (this.bytes === undefined || this.#isSingle) return this.#segments.take(endless, nowMs);
    const { leastBytesToSplit, leastSplitBytes, leastSplitMs, segmentBytes } = this.#sizes;
    const evenBytes = Math.ceil(this.#segments.bytesFree / beginning);
    const bytes = Math.min(segmentBytes(), Math.max(leastSplitBytes, evenBytes));
    const segment = this.#segments.take(bytes, nowMs);
    if (segment !== undefined || !maySplit || !this.canShare) return segment;
    if (this.bytes < leastBytesToSplit) return undefined;
    return this.#segments.split(leastSplitBytes, leastSplitMs(), nowMs);
  }

  /** Requests a complete object without a range, which every server supports. */
  rangeOf(segment: Segment): ByteRange | undefined {
    if (this.#isSingle || this.isWhole(segment)) return undefined;
    const { first, end } = segment;
    return end === endless ? { first } : { first, last: end - 1 };
  }

  /** How many running segments may already be followed by the next. */
  get nearlyFinished(): number {
    return this.#nearlyFinished.size;
  }

  /** True once for each segment, when few enough bytes are missing for its successor to begin. */
  becomesNearlyFinished(segment: Segment): boolean {
    if (this.#nearlyFinished.has(segment)) return false;
    if (segment.end - segment.position > this.#sizes.prefetchThreshold()) return false;
    this.#nearlyFinished.add(segment);
    return true;
  }

  /** Returns the bytes that the segment did not fetch to the plan. */
  end(segment: Segment): void {
    this.#nearlyFinished.delete(segment);
    this.#segments.end(segment);
    if (this.#whole === segment) this.#whole = undefined;
    if (this.#isSingle && this.#whole !== undefined) this.#segments.mergeRemainder(this.#whole);
  }

  /** Notes the first answer; every other must be of the same object. */
  confirm(identity: Identity): void {
    this.#identity = identity;
    if (identity.bytes !== undefined) this.#segments.limit(identity.bytes);
  }

  noteFailure(): void {
    if (this.#identity.kind === "listed") this.#hasFailed = true;
  }

  /** Notes the end of a body without an announced length. */
  endAt(bytes: number): void {
    this.#endBytes = bytes;
    this.#segments.limit(bytes);
  }

  isWhole({ first, end }: Segment): boolean {
    return first === 0 && end === this.bytes;
  }

  /** From now on one request fetches everything; false if one does already. */
  becomeSingle(): boolean {
    this.#isSingle = true;
    return this.#whole === undefined;
  }

  /** The body of this segment continues to the end of the object. */
  continueWhole(segment: Segment): void {
    this.#segments.mergeRemainder(segment);
    this.#whole = segment;
  }
}
