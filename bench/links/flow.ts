import { createPace, type Pace } from "./pace.ts";

export interface LinkFigures {
  roundTripMs: number;
  /** The limit of one connection. */
  bytesPerSecond: number;
  /** The limit of all connections together. */
  bytesPerSecondInAll: number;
  /** The share of the segments that arrive late. */
  lateShare: number;
}

const segmentBytes = 1_460;

/** TCP's initial window, RFC 6928. */
const firstWindowBytes = 10 * segmentBytes;

/** The largest receive window that Linux allows. */
const largestWindowBytes = 6_000_000;

/** The delay that a lost segment causes: Linux's shortest retransmission timeout. */
export const lateByMs = 200;

/** Decides for each sent piece whether one of its segments is late. `random` returns 0 to 1. */
export function createLateness(share: number, random: () => number): (bytes: number) => boolean {
  const draw = () => (Math.log(1 - random()) / Math.log(1 - share)) * segmentBytes;
  let untilLate = share > 0 ? draw() : Number.POSITIVE_INFINITY;
  return (bytes) => {
    untilLate -= bytes;
    if (untilLate > 0) return false;
    untilLate = draw();
    return true;
  };
}

/** The flow of bytes that a connection receives. Times are arrival times. */
export interface Flow {
  /** Returns how many of these bytes may arrive now. */
  offer(bytes: number, nowMs: number): number;
  /** Returns the time at which they have arrived: later than now if a segment was late. */
  send(bytes: number, nowMs: number): number;
}

/**
 * TCP's slow start: the bytes in flight fill the window, and the window grows by the acknowledged bytes a
 * round trip after their arrival. It never shrinks.
 */
export function createFlow(
  { roundTripMs, bytesPerSecond }: LinkFigures,
  isLate: (bytes: number) => boolean,
  inAll: Pace,
): Flow {
  const own = createPace(bytesPerSecond);
  const underWay: { bytes: number; acknowledgedAtMs: number }[] = [];
  let windowBytes = firstWindowBytes;
  let underWayBytes = 0;
  let lastArrivalMs = 0;

  function acknowledge(nowMs: number): void {
    let first = underWay[0];
    while (first !== undefined && first.acknowledgedAtMs <= nowMs) {
      underWayBytes -= first.bytes;
      windowBytes = Math.min(largestWindowBytes, windowBytes + first.bytes);
      underWay.shift();
      first = underWay[0];
    }
  }

  return {
    offer(bytes, nowMs) {
      acknowledge(nowMs);
      const room = roundTripMs === 0 ? bytes : windowBytes - underWayBytes;
      const wanted = Math.min(bytes, room);
      return wanted > 0 ? inAll.offer(own.offer(wanted, nowMs), nowMs) : 0;
    },
    send(bytes, nowMs) {
      own.spend(bytes);
      inAll.spend(bytes);
      lastArrivalMs = Math.max(lastArrivalMs, nowMs + (isLate(bytes) ? lateByMs : 0));
      underWay.push({ bytes, acknowledgedAtMs: lastArrivalMs + roundTripMs });
      underWayBytes += bytes;
      return lastArrivalMs;
    },
  };
}
