import { performance } from "node:perf_hooks";
import { Bandwidth } from "../../base/bandwidth.ts";
import { createConcurrencyController } from "./concurrency-controller.ts";
import { createConnectionLimit } from "./connection-limit.ts";

/** Measurements of one request. */
export interface ConnectionMeter {
  /** Milliseconds from the request to the start of its answer. */
  answered(ms: number): void;
  received(bytes: number): void;
  /** Milliseconds for which a slow disk paused the connection. */
  stalled(ms: number): void;
}

/** The share of one file in the common connections. */
export interface ConnectionLease {
  /** Connections that this file may use now, at least one. */
  capacity(): number;
  /** Connections that it may use as soon as the distance of the store is known. */
  expected(): number;
  /**
   * Runs one request on a connection. Undefined if no connection is free or `request` returned undefined;
   * `grew` is called when one is free for a file that has none open.
   */
  tryRun<Result>(
    request: (meter: ConnectionMeter) => Promise<Result> | undefined,
  ): Promise<Result> | undefined;
  demandChanged(): void;
  backOff(): void;
  close(): void;
}

export interface ConnectionPool {
  /** `demand` returns how many connections the file could use; `grew` is called when it may use more. */
  lease(file: { demand(): number; grew(): void }): ConnectionLease;
  /** Runs one request when a connection is free; rejects if the signal aborts first. */
  runOne<Result>(
    signal: AbortSignal,
    request: (meter: ConnectionMeter) => Promise<Result>,
  ): Promise<Result>;
  /** Open requests. */
  open(): number;
  /** Recent milliseconds until the store begins to answer. */
  answerMs(): number;
  bytesPerSecond(): number;
  /** True if sixteen files of 2 MB arrive within about two seconds, as far as is known. */
  isFast(): boolean;
}

interface Lessee {
  demand(): number;
  grew(): void;
  capacity: number;
}

/** How many connections may be open without a setting. */
export const usualConnections = 32;

const leastWindowMs = 150;
const mostWindowMs = 1_000;
/**
 * Connections to start with, if the files can use them: slow starts in parallel reach full speed sooner, but
 * every connection costs a handshake.
 */
const mostFirstConnections = 16;
/**
 * A store whose first answer this process waits for no longer than this is near: one connection is enough to
 * start with, and more would cost CPU and memory.
 */
const nearMs = 4;
/** What counts as fast, in bytes per second; a near store counts without a measurement. */
const fast = 20_000_000;
/** Under a rate limit, one connection for each of these is enough to start with. */
const bytesPerFirstConnection = 500_000;
/** Above this share of time waiting for the disk, more connections would only fill the memory. */
const mostStalled = 0.3;
/** A window must be long compared with the answer time. */
const answersPerWindow = 4;

/** How many connections to open first to a far store, under a limit in bytes per second. */
export function firstConnections(limitedTo: number): number {
  return Math.min(mostFirstConnections, Math.ceil(limitedTo / bytesPerFirstConnection));
}

/** Shares at most `connections` evenly among the files, as many as increase the total speed. */
export function createConnectionPool(
  connections: number,
  nowMs: () => number,
  bandwidth: Pick<Bandwidth, "isReached" | "now"> = new Bandwidth(),
): ConnectionPool {
  const lessees = new Set<Lessee>();
  const limit = createConnectionLimit(connections);
  let limitedTo = bandwidth.now().bytesPerSecond;
  /** Undefined before the first answer. */
  let isFar: boolean | undefined;
  let farTimer: NodeJS.Timeout | undefined;
  let controller = createConcurrencyController(1, connections);
  let open = 0;
  let bytes = 0;
  let stalledMs = 0;
  let answerMs = 0;
  let rate = 0;
  let windowBeganMs = 0;
  let lastLoad = performance.eventLoopUtilization();
  let timer: NodeJS.Timeout | undefined;

  function distribute(): void {
    const total = Math.max(controller.target(), lessees.size);
    const capacities = new Map([...lessees].map((lessee) => [lessee, 1]));
    let remaining = total - lessees.size;
    while (remaining > 0) {
      let granted = 0;
      for (const [lessee, capacity] of capacities) {
        if (remaining === 0 || capacity >= lessee.demand()) continue;
        capacities.set(lessee, capacity + 1);
        granted += 1;
        remaining -= 1;
      }
      if (granted === 0) break;
    }
    for (const [lessee, capacity] of capacities) {
      const isMore = capacity > lessee.capacity;
      lessee.capacity = capacity;
      if (isMore) lessee.grew();
    }
  }

  /** What was learned about the number of connections holds for one limit only. */
  function followLimit(): void {
    const { bytesPerSecond } = bandwidth.now();
    if (bytesPerSecond === limitedTo) return;
    limitedTo = bytesPerSecond;
    startController();
  }

  function startController(): void {
    controller = createConcurrencyController(isFar ? firstConnections(limitedTo) : 1, connections);
    controller.reset(lessees.size);
  }

  /** For how long this process has waited for events; its own work does not count. */
  function waitedMs(): number {
    return nowMs() - performance.eventLoopUtilization().active;
  }

  /** Starts more connections unless the store answers before this process has waited for `nearMs`. */
  function awaitNear(untilMs: number): void {
    farTimer = setTimeout(
      () => {
        if (waitedMs() < untilMs) return awaitNear(untilMs);
        isFar = true;
        startController();
        distribute();
      },
      Math.ceil(untilMs - waitedMs()),
    );
  }

  function measure(): void {
    timer = undefined;
    const atMs = nowMs();
    const load = performance.eventLoopUtilization();
    const busy = performance.eventLoopUtilization(load, lastLoad).utilization;
    lastLoad = load;
    rate = (bytes * 1_000) / (atMs - windowBeganMs);
    const stalled = stalledMs / (Math.max(1, open) * (atMs - windowBeganMs));
    bytes = 0;
    stalledMs = 0;
    windowBeganMs = atMs;
    const demand = [...lessees].reduce((sum, lessee) => sum + lessee.demand(), 0);
    followLimit();
    const isLimited = bandwidth.isReached();
    if (lessees.size > 0 && demand >= controller.target() && !isLimited) {
      controller.measure({ bytesPerSecond: rate, busy: stalled > mostStalled ? 1 : busy });
    }
    distribute();
    beginWindow();
  }

  /** Measuring starts with the first bytes. */
  function beginMeasuring(): void {
    windowBeganMs = nowMs();
    lastLoad = performance.eventLoopUtilization();
    endMeasuring();
    beginWindow();
  }

  function beginWindow(): void {
    if (timer !== undefined) return;
    const windowMs = Math.min(mostWindowMs, Math.max(leastWindowMs, answersPerWindow * answerMs));
    timer = setTimeout(measure, windowMs);
  }

  function endMeasuring(): void {
    clearTimeout(timer);
    timer = undefined;
  }

  function restIfIdle(): void {
    if (open > 0 || lessees.size > 0) return;
    endMeasuring();
    clearTimeout(farTimer);
    farTimer = undefined;
  }

  function counted<Result>(running: Promise<Result>): Promise<Result> {
    open += 1;
    if (farTimer === undefined && isFar === undefined) awaitNear(waitedMs() + nearMs);
    return running.finally(() => {
      open -= 1;
      restIfIdle();
    });
  }

  const meter: ConnectionMeter = {
    answered(ms) {
      clearTimeout(farTimer);
      isFar ??= false;
      answerMs = answerMs === 0 ? ms : answerMs * 0.8 + ms * 0.2;
    },
    received(count) {
      if (timer === undefined || (rate === 0 && bytes === 0)) beginMeasuring();
      bytes += count;
    },
    stalled(ms) {
      stalledMs += ms;
    },
  };

  return {
    lease({ demand, grew }) {
      const lessee: Lessee = { demand, grew, capacity: 1 };
      const slot = limit.join(grew);
      if (lessees.size === 0) {
        bytes = 0;
        windowBeganMs = nowMs();
        lastLoad = performance.eventLoopUtilization();
      }
      lessees.add(lessee);
      followLimit();
      controller.reset(lessees.size);
      beginWindow();
      return {
        capacity: () => lessee.capacity,
        expected: () =>
          isFar === undefined
            ? Math.min(Math.ceil(firstConnections(limitedTo) / lessees.size), connections, demand())
            : lessee.capacity,
        tryRun(request) {
          return slot.tryRun(() => {
            const running = request(meter);
            return running && counted(running);
          });
        },
        demandChanged: distribute,
        backOff() {
          controller.backOff();
          distribute();
        },
        close() {
          lessees.delete(lessee);
          slot.leave();
          restIfIdle();
          if (lessees.size === 0) return;
          controller.reset(lessees.size);
          distribute();
        },
      };
    },
    runOne: (signal, request) => limit.runOne(signal, () => counted(request(meter))),
    open: () => open,
    answerMs: () => answerMs,
    bytesPerSecond: () => rate,
    isFast: () => limitedTo >= fast && (isFar === false || rate >= fast),
  };
}
