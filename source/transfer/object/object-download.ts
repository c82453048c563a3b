import { setMaxListeners } from "node:events";
import { AppError } from "../../base/errors.ts";
import { createAddress } from "../../objects/address.ts";
import { absentError, ObjectChanged } from "../../objects/read-errors.ts";
import { downloadRecovery, remedyFor, withRecovery } from "../../objects/recovery.ts";
import { detectStalledSegments } from "../../objects/stall-timeout.ts";
import { createSizes } from "./request-sizes.ts";
import { endless, type Fetching, fetchSegment } from "./segment-download.ts";
import { createPlan, type Segment } from "./segment-plan.ts";
import type { FetchContext, FetchTask } from "./task.ts";

/** A fetched object. */
export interface FetchedObject {
  bytes: number;
  /** The service or the object store said how many bytes it has; without that its end is where the body ended. */
  hasKnownSize: boolean;
}

/**
 * Fetches what a partial file has not yet, over as many connections as help. Rejects with an AppError, with ObjectChanged where the object is another than the
 * one that the partial file has a part of, or with an AbortError; what came is written then.
 */
export async function fetchObject(
  task: FetchTask,
  context: FetchContext,
  signal: AbortSignal,
): Promise<FetchedObject> {
  const { file, part, report, resumed } = task;
  signal.throwIfAborted();
  const controller = new AbortController();
  // Every connection listens: that is no leak, as Node takes it for above ten.
  setMaxListeners(0, controller.signal);
  const abort = () => {
    controller.abort();
    // Nothing is open that could tell of it.
    if (running === 0) fail(signal.reason);
  };
  signal.addEventListener("abort", abort, { once: true });

  const bytes = resumed?.bytes ?? file.bytes;
  const isEmpty = bytes === 0;
  const plan = createPlan(part.done().missing(isEmpty ? endless : (bytes ?? endless)));
  const share = context.lanes.join({ wants, grew: pump });
  const sizes = createSizes(context.lanes, share);
  const fetching: Fetching = {
    task,
    context,
    share,
    plan,
    address: createAddress(context.source, file.fileId, controller.signal),
    bytes,
    hasKnownSize: bytes !== undefined,
    etag: resumed?.etag,
    confirmed: resumed !== undefined,
    single: isEmpty,
    whole: undefined,
    requests: new Map(),
    fetchedBytes: 0,
    signal: controller.signal,
    gatherBytes: () => sizes.gatherBytes(part.done().bytes()),
    aheadBytes: () => sizes.aheadBytes(part.done().bytes()),
    began: share.changed,
    arrived,
  };
  /** Segments that are nearly done: their successors begin already. */
  const ending = new Set<Segment>();
  /** Lanes of this file that run now. */
  let running = 0;
  let waiting = 0;
  /** Nothing of this file is open, since others have all connections. */
  let waitsForTurn = false;
  let failure: unknown;
  let settle: () => void = () => undefined;
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const policy = downloadRecovery(context.retryDelayMs, context.clock.random);
  const endDetection = detectStalledSegments(
    () => [...fetching.requests.values()].map(({ stall }) => stall),
    () => fetching.fetchedBytes,
  );

  try {
    pump();
    if (running > 0 || waitsForTurn) await settled;
    if (failure !== undefined) throw failure;
    const { hasKnownSize } = fetching;
    return { bytes: fetching.bytes ?? part.done().bytes(), hasKnownSize };
  } finally {
    endDetection();
    signal.removeEventListener("abort", abort);
    share.leave();
  }

  function wants(): number {
    if (!fetching.confirmed || fetching.single || fetching.bytes === undefined) return 1;
    return sizes.connectionsFor(fetching.bytes - part.done().bytes());
  }

  function next(beginning = 1): Segment | undefined {
    if (failure !== undefined) return undefined;
    const nowMs = performance.now();
    const piece = plan.take(pieceBytes(beginning), nowMs);
    if (piece !== undefined || !fetching.confirmed || fetching.single) return piece;
    return plan.split(sizes.leastSplitBytes, sizes.leastSplitMs(), nowMs);
  }

  /** So many that begin together share evenly what is free. */
  function pieceBytes(beginning: number): number {
    if (fetching.bytes === undefined || fetching.single) return endless;
    const evenBytes = Math.ceil(plan.bytesFree() / beginning);
    return Math.min(sizes.pieceBytes(), Math.max(sizes.leastSplitBytes, evenBytes));
  }

  /** Connections that this file may use now. */
  function most(): number {
    return fetching.confirmed && !fetching.single ? share.size() : 1;
  }

  function pump(): void {
    waitsForTurn = false;
    for (;;) {
      const beginning = most() - (running - ending.size);
      if (beginning <= 0) return;
      if (running > 0 && !fetching.confirmed) return;
      if (!share.mayOpen()) {
        waitsForTurn = running === 0;
        if (waitsForTurn) share.wait();
        return;
      }
      const segment = next(beginning);
      if (segment === undefined) return;
      running += 1;
      void runLane(segment);
    }
  }

  /** Fetches a segment; after a failure the next one that is free. */
  async function runLane(first: Segment): Promise<void> {
    let segment: Segment | undefined = first;
    let before = 0;
    const recovery = {
      fileId: file.fileId,
      policy,
      clock: context.clock,
      signal: controller.signal,
      // A server that ignores ranges sends the same bytes again: that is no progress.
      madeProgress: () => part.done().bytes() > before,
      throttle: share.refused,
      waiting(why: AppError, delayMs: number) {
        waiting += 1;
        if (waiting < running) return;
        report.waiting(`${why.answered}; next try in ${Math.ceil(delayMs / 1_000)} s`);
      },
      resumed() {
        waiting -= 1;
        report.waiting(undefined);
      },
    };
    await withRecovery(recovery, async () => {
      before = part.done().bytes();
      segment ??= goesOn() ? next() : undefined;
      const current = segment;
      segment = undefined;
      if (current === undefined) return;
      await fetchSegment(fetching, current)
        .catch(restart)
        .finally(() => ending.delete(current));
    }).catch(fail);
    running -= 1;
    if (failure === undefined && !plan.isDone()) pump();
    if (running === 0 && !waitsForTurn) settle();
  }

  /** True while this lane is one that the file may have. */
  function goesOn(): boolean {
    return share.mayOpen() && (running - ending.size <= most() || running === 1);
  }

  /** An object of which nothing is there yet begins again as one body: an empty one has no range at all. */
  function restart(thrown: unknown): void {
    if (!(thrown instanceof AppError) || remedyFor(thrown) !== "restart") throw thrown;
    if (part.done().bytes() > 0 || fetching.single) throw new ObjectChanged();
    fetching.single = true;
  }

  function fail(thrown: unknown): void {
    const isAbsent = thrown instanceof AppError && remedyFor(thrown) === "wait-for-object";
    const told = isAbsent ? absentError(file.name, thrown) : thrown;
    failure ??= signal.aborted ? signal.reason : told;
    controller.abort();
    if (running === 0) settle();
  }

  function arrived(segment: Segment): void {
    if (segment.end - segment.position > sizes.leadBytes() || ending.has(segment)) return;
    ending.add(segment);
    pump();
  }
}
