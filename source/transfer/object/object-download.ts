import { setMaxListeners } from "node:events";
import type { Clock } from "../../base/clock.ts";
import { AppError } from "../../base/errors.ts";
import { type Address, createAddress } from "../../objects/address.ts";
import type { Identity } from "../../objects/identity.ts";
import { type OpenObject, readObject } from "../../objects/read-object.ts";
import {
  absentError,
  downloadRecovery,
  fetchingWords,
  ObjectChanged,
  type Recovery,
  remedyFor,
  withRecovery,
} from "../../objects/recovery.ts";
import type { ByteRange, ObjectSource } from "../../objects/source.ts";
import { detectStalledSegments, StallTimeout } from "../../objects/stall-timeout.ts";
import type {
  ConnectionLease,
  ConnectionMeter,
  ConnectionPool,
} from "../connections/connection-pool.ts";
import { createRequestSizes, type RequestSizes } from "./request-sizes.ts";
import { beginJournal, type DownloadTask, endless, writeSegment } from "./segment-download.ts";
import { type Segment, SegmentPlan } from "./segment-plan.ts";

export interface DownloadContext {
  source: ObjectSource;
  pool: ConnectionPool;
  /** Milliseconds before the first retry for a missing object. */
  retryDelayMs: number;
  stallTimeoutMs: number;
  clock: Clock;
}

export interface DownloadedObject {
  bytes: number;
  /** True if the service or the store gave the size; otherwise the end of the body determined it. */
  hasKnownSize: boolean;
}

/** One download of an object over as many connections as help. */
export class ObjectDownload {
  readonly #task: DownloadTask;
  readonly #context: DownloadContext;
  readonly #signal: AbortSignal;
  /** Ends all requests when the run is aborted or a request fails for good. */
  readonly #controller = new AbortController();
  readonly #address: Address;
  readonly #plan: SegmentPlan;
  readonly #lease: ConnectionLease;
  readonly #sizes: RequestSizes;
  #identity: Identity;
  /** End of a body that came without a length. */
  #endBytes: number | undefined;
  /** True if one request must fetch everything: the server ignores ranges or the object is empty. */
  #isSingle: boolean;
  /** The segment whose body continues to the end of the object. */
  #whole: Segment | undefined;
  readonly #requests = new Map<Segment, { stall: StallTimeout; ended: Promise<void> }>();
  /** Nearly finished segments; their successors may begin. */
  readonly #ending = new Set<Segment>();
  #receivedBytes = 0;
  /** Requests running or waiting for a retry. */
  #running = 0;
  #waiting = 0;
  #failure: unknown;
  #settle: () => void = () => undefined;

  constructor(task: DownloadTask, context: DownloadContext, signal: AbortSignal) {
    const { file, part, resumed } = task;
    this.#task = task;
    this.#context = context;
    this.#signal = signal;
    // Every request listens; above ten listeners Node warns of a leak.
    setMaxListeners(0, this.#controller.signal);
    this.#address = createAddress(context.source, file.fileId, this.#controller.signal);
    this.#identity =
      resumed === undefined
        ? { kind: "listed", bytes: file.bytes }
        : { kind: "confirmed", bytes: resumed.bytes, etag: resumed.etag };
    this.#isSingle = this.#bytes === 0;
    this.#plan = new SegmentPlan(part.done().missing(this.#bytes || endless));
    this.#lease = context.pool.lease({ demand: () => this.#demand(), grew: () => this.#pump() });
    this.#sizes = createRequestSizes(context.pool, this.#lease);
  }

  /**
   * Downloads what the part file lacks; call it once. Rejects with an AppError, an AbortError, or
   * ObjectChanged if the part file is of another object; bytes that arrived are written first.
   */
  async run(): Promise<DownloadedObject> {
    const settled = new Promise<void>((resolve) => {
      this.#settle = resolve;
    });
    const abort = () => {
      this.#controller.abort();
      // No open request exists that could report it.
      if (this.#running === 0) this.#fail(this.#signal.reason);
    };
    this.#signal.addEventListener("abort", abort, { once: true });
    const endDetection = detectStalledSegments(
      () => [...this.#requests.values()].map(({ stall }) => stall),
      () => this.#receivedBytes,
    );
    try {
      this.#signal.throwIfAborted();
      this.#pump();
      if (this.#running > 0 || !this.#plan.isDone) await settled;
      if (this.#failure !== undefined) throw this.#failure;
      const bytes = this.#bytes ?? this.#task.part.done().bytes();
      return { bytes, hasKnownSize: this.#identity.bytes !== undefined };
    } finally {
      endDetection();
      this.#signal.removeEventListener("abort", abort);
      this.#lease.close();
    }
  }

  get #bytes(): number | undefined {
    return this.#identity.bytes ?? this.#endBytes;
  }

  get #canShare(): boolean {
    return this.#identity.kind === "confirmed" && !this.#isSingle;
  }

  #demand(): number {
    if (!this.#canShare || this.#bytes === undefined) return 1;
    return this.#sizes.connectionsFor(this.#bytes - this.#task.part.done().bytes());
  }

  /** How many more requests may begin; negative if fewer should run. */
  #room(): number {
    // The first answer identifies the object and shows whether ranges are supported.
    if (this.#running > 0 && this.#identity.kind === "listed") return 0;
    const capacity = this.#canShare ? this.#lease.capacity() : 1;
    return capacity - (this.#running - this.#ending.size);
  }

  #pump(): void {
    for (let room = this.#room(); room > 0; room = this.#room()) {
      const request = this.#tryNext(room);
      if (request === undefined) return;
      this.#running += 1;
      void this.#recover(request);
    }
  }

  /** Undefined if no connection is free or no bytes remain. */
  #tryNext(beginning: number): Promise<void> | undefined {
    return this.#lease.tryRun((meter) => {
      const segment = this.#nextSegment(beginning);
      return segment && this.#request(segment, meter);
    });
  }

  /** The `beginning` segments that start together share the unassigned bytes evenly. */
  #nextSegment(beginning: number): Segment | undefined {
    if (this.#failure !== undefined) return undefined;
    const nowMs = this.#context.clock.nowMs();
    if (this.#bytes === undefined || this.#isSingle) return this.#plan.take(endless, nowMs);
    const { leastSplitBytes, leastSplitMs, segmentBytes } = this.#sizes;
    const evenBytes = Math.ceil(this.#plan.bytesFree / beginning);
    const bytes = Math.min(segmentBytes(), Math.max(leastSplitBytes, evenBytes));
    const segment = this.#plan.take(bytes, nowMs);
    if (segment !== undefined || !this.#canShare) return segment;
    return this.#plan.split(leastSplitBytes, leastSplitMs(), nowMs);
  }

  /** Runs one request; after a failure the retry requests the next segment. */
  async #recover(first: Promise<void>): Promise<void> {
    const { part } = this.#task;
    let request: Promise<void> | undefined = first;
    let bytesBefore = part.done().bytes();
    // Repeated bytes from a server that ignores ranges are no progress.
    const madeProgress = () => part.done().bytes() > bytesBefore;
    await withRecovery({ ...this.#recovery(), madeProgress }, async () => {
      const mayRun = this.#room() >= 0 || this.#running === 1;
      const current = request ?? (mayRun ? this.#tryNext(1) : undefined);
      request = undefined;
      bytesBefore = part.done().bytes();
      await current;
    }).catch((thrown) => this.#fail(thrown));
    this.#running -= 1;
    if (this.#failure === undefined && !this.#plan.isDone) this.#pump();
    if (this.#running > 0) return;
    // If bytes remain, the lease calls when a connection is free.
    if (this.#failure !== undefined || this.#plan.isDone) this.#settle();
  }

  #recovery(): Recovery {
    const { emit, file } = this.#task;
    const { clock, retryDelayMs } = this.#context;
    return {
      fileId: file.fileId,
      policy: downloadRecovery(retryDelayMs, clock.random),
      clock,
      signal: this.#controller.signal,
      throttle: () => this.#lease.backOff(),
      waiting: (reason, delayMs) => {
        this.#waiting += 1;
        if (this.#waiting < this.#running) return;
        const why = `${reason.answered}; next try in ${Math.ceil(delayMs / 1_000)} s`;
        emit({ kind: "waiting", why });
      },
      resumed: () => {
        this.#waiting -= 1;
        emit({ kind: "waiting" });
      },
    };
  }

  #fail(thrown: unknown): void {
    const isAbsent = thrown instanceof AppError && remedyFor(thrown) === "wait-for-object";
    const failure = isAbsent ? absentError(this.#task.file.name, thrown) : thrown;
    this.#failure ??= this.#signal.aborted ? this.#signal.reason : failure;
    this.#controller.abort();
    if (this.#running === 0) this.#settle();
  }

  /** Fetches a segment with one request; bytes that do not arrive return to the plan. */
  #request(segment: Segment, meter: ConnectionMeter): Promise<void> {
    const { emit, file } = this.#task;
    const { clock, source, stallTimeoutMs } = this.#context;
    const stall = new StallTimeout(stallTimeoutMs, this.#controller.signal);
    const read = {
      source,
      address: this.#address,
      words: fetchingWords(file.name),
      stall,
      range: this.#rangeOf(segment),
      known: this.#identity,
      received: (bytes: number) => {
        this.#receivedBytes += bytes;
        meter.received(bytes);
        emit({ kind: "received", bytes });
      },
    };
    const fetched = readObject(read, async (object) => {
      meter.answered(object.answerMs);
      // Measure the speed from the first byte, so that latency does not count.
      segment.beganAtMs = clock.nowMs();
      if (await this.#accept(segment, object)) await this.#write(segment, object, meter);
    }).finally(() => this.#release(segment));
    this.#requests.set(segment, { stall, ended: fetched.catch(() => undefined) });
    return fetched.catch((thrown) => this.#restart(thrown));
  }

  #release(segment: Segment): void {
    this.#requests.delete(segment);
    this.#ending.delete(segment);
    this.#plan.end(segment);
    if (this.#whole === segment) this.#whole = undefined;
    if (this.#isSingle && this.#whole !== undefined) this.#plan.mergeRemainder(this.#whole);
  }

  /** If nothing has arrived, retry without a range, because an empty object has none. */
  #restart(thrown: unknown): void {
    if (!(thrown instanceof AppError) || remedyFor(thrown) !== "restart") throw thrown;
    if (this.#task.part.done().bytes() > 0 || this.#isSingle) throw new ObjectChanged();
    this.#isSingle = true;
  }

  /** Requests a complete object without a range, which every server supports. */
  #rangeOf({ first, end }: Segment): ByteRange | undefined {
    if (this.#isSingle || (first === 0 && end === this.#bytes)) return undefined;
    return end === endless ? { first } : { first, last: end - 1 };
  }

  /** Applies the first answer; false if another request already fetches everything. */
  async #accept(segment: Segment, { identity, status }: OpenObject): Promise<boolean> {
    if (status === 200) {
      const isWhole = segment.first === 0 && segment.end === this.#bytes;
      if (!isWhole && !(await this.#continueAlone(segment))) return false;
      this.#whole = segment;
    }
    if (this.#identity.kind === "confirmed") return true;
    if (identity.bytes !== undefined) {
      await this.#limit(identity.bytes);
      beginJournal(this.#task, identity.bytes, identity.etag);
    }
    this.#identity = identity;
    this.#lease.demandChanged();
    return true;
  }

  /** The server ignores ranges, so one body must do; false if another request has it. */
  async #continueAlone(segment: Segment): Promise<boolean> {
    this.#isSingle = true;
    if (this.#whole !== undefined) return false;
    const others = [...this.#requests].filter(([other]) => other !== segment);
    for (const [, { stall }] of others) stall.expire();
    await Promise.all(others.map(([, { ended }]) => ended));
    this.#plan.mergeRemainder(segment);
    return true;
  }

  async #limit(bytes: number): Promise<void> {
    this.#plan.limit(bytes);
    this.#task.emit({ kind: "sized", bytes });
    await this.#task.space.reserve(bytes);
  }

  async #write(segment: Segment, object: OpenObject, meter: ConnectionMeter): Promise<void> {
    const doneBytes = () => this.#task.part.done().bytes();
    const reached = await writeSegment(this.#task, segment, object, () => this.#bytes, {
      flushSize: () => this.#sizes.flushSize(doneBytes()),
      maxBuffered: () => this.#sizes.maxBuffered(doneBytes()),
      advanced: () => this.#prefetch(segment),
      stalled: meter.stalled,
    });
    if (reached >= segment.end) return;
    this.#endBytes = reached;
    await this.#limit(reached);
  }

  #prefetch(segment: Segment): void {
    if (segment.end - segment.position > this.#sizes.prefetchThreshold()) return;
    if (this.#ending.has(segment)) return;
    this.#ending.add(segment);
    this.#pump();
  }
}
