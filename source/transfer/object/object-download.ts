import { setMaxListeners } from "node:events";
import { AppError } from "../../base/errors.ts";
import type { ConfirmedIdentity, OpenObject } from "../../objects/read-object.ts";
import {
  absentError,
  downloadRecovery,
  ObjectChanged,
  type Recovery,
  remedyFor,
  withRecovery,
} from "../../objects/recovery.ts";
import type { ByteRange } from "../../objects/source.ts";
import type { ConnectionLease, ConnectionMeter } from "../connections/connection-pool.ts";
import type { PendingRetry } from "../events.ts";
import { createRequestSizes, ObjectPlan, type RequestSizes } from "./object-plan.ts";
import {
  beginJournal,
  type DownloadContext,
  type DownloadTask,
  SegmentRequests,
  writeSegment,
} from "./segment-download.ts";
import type { Segment } from "./segment-plan.ts";

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
  readonly #lease: ConnectionLease;
  readonly #sizes: RequestSizes;
  readonly #plan: ObjectPlan;
  readonly #requests: SegmentRequests;
  /** Requests running or waiting for a retry. */
  #running = 0;
  /** The pending retry of each request that waits for one. */
  readonly #retries = new Map<Recovery, PendingRetry>();
  /** Settles when the first answer is noted and the journal exists. */
  #confirmed: Promise<void> | undefined;
  #failure: unknown;
  #settle: () => void = () => undefined;

  constructor(task: DownloadTask, context: DownloadContext, signal: AbortSignal) {
    this.#task = task;
    this.#context = context;
    this.#signal = signal;
    if (task.resumed !== undefined) this.#confirmed = Promise.resolve();
    // Every request listens; above ten listeners Node warns of a leak.
    setMaxListeners(0, this.#controller.signal);
    this.#lease = context.pool.lease({
      demand: () => this.#plan.connections(this.#doneBytes),
      grew: () => this.#pump(),
    });
    this.#sizes = createRequestSizes(context.pool, this.#lease);
    this.#plan = new ObjectPlan(task, this.#sizes);
    this.#requests = new SegmentRequests(task, context, this.#controller.signal, (segment) =>
      this.#plan.end(segment),
    );
  }

  /**
   * Downloads the bytes that the part file lacks; call it once. Rejects with an AppError, an AbortError, or
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
    const endDetection = this.#requests.detectStalls();
    try {
      this.#signal.throwIfAborted();
      this.#lease.demandChanged();
      this.#pump();
      if (this.#running > 0 || !this.#plan.isDone) await settled;
      if (this.#failure !== undefined) throw this.#failure;
      const { bytes = this.#doneBytes, identity } = this.#plan;
      return { bytes, hasKnownSize: identity.bytes !== undefined };
    } finally {
      endDetection();
      this.#signal.removeEventListener("abort", abort);
      this.#lease.close();
    }
  }

  get #doneBytes(): number {
    return this.#task.part.done().bytes();
  }

  /** How many more requests may begin; negative if fewer should run. */
  #room(): number {
    return this.#unused() + this.#plan.nearlyFinished;
  }

  /** How many connections run no request; a nearly finished request counts as running. */
  #unused(): number {
    const capacity = this.#plan.canShare ? this.#lease.capacity() : 1;
    return capacity - this.#running;
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
      if (this.#failure !== undefined) return undefined;
      // Before splitting another segment, wait for the connection that is about to be free: a new one
      // would first need a handshake and a slow start.
      const maySplit = this.#unused() > 0;
      const together =
        this.#running === 0 ? Math.max(beginning, this.#lease.expected()) : beginning;
      const segment = this.#plan.next(together, maySplit, this.#context.clock.nowMs());
      return segment && this.#request(segment, meter);
    });
  }

  /** Runs one request; after a failure the retry requests the next segment. */
  async #recover(first: Promise<void>): Promise<void> {
    let request: Promise<void> | undefined = first;
    let bytesBefore = this.#doneBytes;
    // Repeated bytes from a server that ignores ranges are no progress.
    const madeProgress = () => this.#doneBytes > bytesBefore;
    await withRecovery({ ...this.#recovery(), madeProgress }, async () => {
      const mayRun = this.#room() >= 0 || this.#running === 1;
      const current = request ?? (mayRun ? this.#tryNext(1) : undefined);
      request = undefined;
      bytesBefore = this.#doneBytes;
      await current;
    }).catch((thrown) => this.#fail(thrown));
    this.#running -= 1;
    this.#pump();
    if (this.#running > 0) return;
    // If bytes remain, the lease calls when a connection is free.
    if (this.#failure !== undefined || this.#plan.isDone) this.#settle();
  }

  #recovery(): Recovery {
    const { clock } = this.#context;
    const recovery: Recovery = {
      fileId: this.#task.file.fileId,
      policy: downloadRecovery(this.#context),
      clock,
      signal: this.#controller.signal,
      throttle: () => this.#lease.backOff(),
      waiting: (error, delayMs, attempt) => {
        this.#retries.set(recovery, { error, attempt, atMs: clock.nowMs() + delayMs });
        this.#reportRetry();
      },
      resumed: () => void this.#retries.delete(recovery),
    };
    return recovery;
  }

  /** Reports the next retry if no request can receive anything before it. */
  #reportRetry(): void {
    if (this.#retries.size < this.#running) return;
    const [next] = [...this.#retries.values()].sort((one, other) => one.atMs - other.atMs);
    if (next !== undefined) this.#task.emit({ kind: "retrying", retry: next });
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
    const range = this.#plan.rangeOf(segment);
    return this.#requests
      .send(segment, { range, known: () => this.#plan.identity, meter }, async (object) => {
        if (await this.#accept(segment, object)) await this.#write(segment, object, meter);
      })
      .catch((thrown) => {
        this.#plan.noteFailure();
        this.#restart(thrown, range);
      });
  }

  /** If nothing has arrived, retry without a range, because an empty object has none. */
  #restart(thrown: unknown, range: ByteRange | undefined): void {
    if (!(thrown instanceof AppError) || remedyFor(thrown) !== "restart") throw thrown;
    if (this.#doneBytes > 0 || range === undefined) throw new ObjectChanged();
    this.#plan.becomeSingle();
  }

  /** Applies the first answer; false if another request already fetches everything. */
  async #accept(segment: Segment, { identity, status }: OpenObject): Promise<boolean> {
    this.#confirmed ??= this.#confirm(identity);
    if (status === 200 && !(await this.#continueWhole(segment))) return false;
    await this.#confirmed;
    return true;
  }

  async #confirm(identity: ConfirmedIdentity): Promise<void> {
    this.#plan.confirm(identity);
    if (identity.bytes === undefined) return;
    await this.#announce(identity.bytes);
    beginJournal(this.#task, identity.bytes, identity.etag);
    this.#lease.demandChanged();
  }

  /** If the server ignores ranges, one body must do; false if another request has it. */
  async #continueWhole(segment: Segment): Promise<boolean> {
    const isAlone = this.#plan.isWhole(segment);
    if (!isAlone && !this.#plan.becomeSingle()) return false;
    this.#plan.continueWhole(segment);
    if (!isAlone) await this.#requests.endOthers(segment);
    return true;
  }

  async #announce(bytes: number): Promise<void> {
    this.#task.emit({ kind: "sized", bytes });
    await this.#task.space.reserve(bytes);
  }

  async #write(segment: Segment, object: OpenObject, meter: ConnectionMeter): Promise<void> {
    const reached = await writeSegment(this.#task, segment, object, () => this.#plan.bytes, {
      flushSize: () => this.#sizes.flushSize(this.#doneBytes),
      maxBuffered: () => this.#sizes.maxBuffered(this.#doneBytes),
      advanced: () => {
        // The next request may begin before this one ends.
        if (this.#plan.becomesNearlyFinished(segment)) this.#pump();
      },
      stalled: meter.stalled,
    });
    if (reached >= segment.end) return;
    this.#plan.endAt(reached);
    await this.#announce(reached);
  }
}
