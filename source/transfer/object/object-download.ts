import { setMaxListeners } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { debug } from "../../base/debug.ts";
import { AppError } from "../../base/errors.ts";
import { createAddress } from "../../objects/address.ts";
import {
  absentError,
  ObjectChanged,
  RangesIgnored,
  remedyFor,
  waitAfter,
} from "../../objects/recovery.ts";
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
  const endLooking = lookForSilence(fetching, context.stallTimeoutMs);

  try {
    pump();
    if (running > 0 || waitsForTurn) await settled;
    if (failure !== undefined) throw failure;
    const { hasKnownSize } = fetching;
    return { bytes: fetching.bytes ?? part.done().bytes(), hasKnownSize };
  } finally {
    endLooking();
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

  async function runLane(first: Segment): Promise<void> {
    let attempt = 0;
    for (let segment: Segment | undefined = first; segment !== undefined; ) {
      const before = part.done().bytes();
      try {
        await fetchSegment(fetching, segment);
        attempt = 0;
      } catch (thrown) {
        ending.delete(segment);
        // A server that ignores ranges sends the same bytes again: that is no progress.
        attempt = part.done().bytes() > before ? 1 : attempt + 1;
        await recover(thrown, attempt).catch(fail);
      }
      ending.delete(segment);
      segment = goesOn() ? next() : undefined;
    }
    running -= 1;
    if (failure === undefined && !plan.isDone()) pump();
    if (running === 0 && !waitsForTurn) settle();
  }

  /** True while this lane is one that the file may have. */
  function goesOn(): boolean {
    return share.mayOpen() && (running - ending.size <= most() || running === 1);
  }

  /** Waits until another try makes sense; throws where none does. */
  async function recover(thrown: unknown, attempt: number): Promise<void> {
    if (thrown instanceof RangesIgnored) return;
    if (!(thrown instanceof AppError)) throw thrown;
    const remedy = remedyFor(thrown);
    debug("transfer", { file: file.fileId, attempt, remedy, because: thrown.answered });
    if (remedy === "anew") {
      if (part.done().bytes() > 0 || fetching.single) throw new ObjectChanged();
      // An empty object has no range at all.
      fetching.single = true;
      return;
    }
    if (remedy === "slower") share.refused();
    const delayMs = waitAfter(thrown, attempt, context);
    if (delayMs === undefined) throw remedy === "wait" ? absentError(file.name, thrown) : thrown;
    waiting += 1;
    if (waiting >= running) {
      report.waiting(`${thrown.answered}; next try in ${Math.ceil(delayMs / 1_000)} s`);
    }
    try {
      await wait(delayMs, undefined, { signal: controller.signal });
    } finally {
      waiting -= 1;
      report.waiting(undefined);
    }
  }

  function fail(thrown: unknown): void {
    failure ??= signal.aborted ? signal.reason : thrown;
    controller.abort();
    if (running === 0) settle();
  }

  function arrived(segment: Segment): void {
    if (segment.end - segment.position > sizes.leadBytes() || ending.has(segment)) return;
    ending.add(segment);
    pump();
  }
}

/** A connection that is silent for so long while others are not is asked again. */
const quietMs = 5_000;
const lookEveryMs = 1_000;

/** Gives up requests of an object that are silent while others of it are not; returns what ends the looking. */
export function lookForSilence(
  fetching: Pick<Fetching, "fetchedBytes" | "requests">,
  stallTimeoutMs: number,
): () => void {
  let lookedAtBytes = 0;
  const clock = setInterval(() => {
    const isMoving = fetching.fetchedBytes > lookedAtBytes;
    lookedAtBytes = fetching.fetchedBytes;
    if (!isMoving) return;
    const silentSinceMs = performance.now() - Math.min(quietMs, stallTimeoutMs);
    for (const [{ heardAtMs }, { watchdog }] of fetching.requests) {
      if (heardAtMs < silentSinceMs) watchdog.giveUp();
    }
  }, lookEveryMs);
  return () => clearInterval(clock);
}
