import type { ByteSpan } from "../part-file/ranges.ts";

/** What one request fetches. It changes while bytes arrive. */
export interface Segment {
  first: number;
  /** Where the next byte belongs that arrives. */
  position: number;
  /** It comes nearer when another connection takes the rest over. */
  end: number;
  beganAtMs: number;
}

/** Which bytes of a file are still to be fetched, and who fetches which. */
export interface SegmentPlan {
  /** The next bytes in the file's order that nobody fetches, at most `segmentBytes`. */
  take(segmentBytes: number, nowMs: number): Segment | undefined;
  /**
   * The later part of what the slowest segment has still to do, so that both end together;
   * undefined where it has not `2 * leastBytes` left, or will end within `leastMs` anyway.
   */
  split(leastBytes: number, leastMs: number, nowMs: number): Segment | undefined;
  /** Gives this segment all that nobody fetches after it; what is there already in between comes again. */
  mergeRemainder(segment: Segment): void;
  /** The size is known now: nothing after `total` is wanted. */
  limit(total: number): void;
  /** The segment's request has ended; what it did not fetch is to be fetched by another. */
  end(segment: Segment): void;
  active(): ReadonlySet<Segment>;
  /** Bytes that nobody fetches yet. */
  bytesFree(): number;
  /** Nothing is to be fetched any more, or being fetched. */
  isDone(): boolean;
}

export function createSegmentPlan(missing: readonly ByteSpan[]): SegmentPlan {
  const gaps = missing.map((gap) => ({ ...gap }));
  const active = new Set<Segment>();

  const begin = ({ first, end }: ByteSpan, nowMs: number): Segment => {
    const segment = { first, position: first, end, beganAtMs: nowMs };
    active.add(segment);
    return segment;
  };

  return {
    take(segmentBytes, nowMs) {
      const [gap] = gaps;
      if (gap === undefined) return undefined;
      const rest = gap.end - gap.first - segmentBytes;
      const end = rest < segmentBytes / 4 ? gap.end : gap.first + segmentBytes;
      const segment = begin({ first: gap.first, end }, nowMs);
      gap.first = end;
      if (gap.first === gap.end) gaps.shift();
      return segment;
    },
    split(leastBytes, leastMs, nowMs) {
      const speeds = speedsOf(active, leastMs, nowMs);
      const victim = slowest(speeds);
      if (victim === undefined) return undefined;
      const own = speeds.get(victim) ?? 1;
      const left = victim.end - victim.position;
      if (left < 2 * leastBytes || left / own < leastMs) return undefined;
      const kept = left * shareKept(own, speeds);
      const middle = victim.position + Math.round(clamp(kept, leastBytes, left - leastBytes));
      const segment = begin({ first: middle, end: victim.end }, nowMs);
      victim.end = middle;
      return segment;
    },
    mergeRemainder(segment) {
      segment.end = Math.max(segment.end, gaps.at(-1)?.end ?? 0);
      gaps.splice(0, gaps.length, ...gaps.filter(({ first }) => first < segment.first));
    },
    limit(total) {
      for (const span of [...gaps, ...active]) span.end = Math.min(span.end, total);
      gaps.splice(0, gaps.length, ...gaps.filter(({ first, end }) => first < end));
    },
    end(segment) {
      active.delete(segment);
      const { position: first, end } = segment;
      if (first >= end) return;
      const at = gaps.findIndex((gap) => gap.first > first);
      gaps.splice(at === -1 ? gaps.length : at, 0, { first, end });
    },
    active: () => active,
    bytesFree: () => gaps.reduce((sum, { first, end }) => sum + end - first, 0),
    isDone: () => gaps.length === 0 && active.size === 0,
  };
}

/** Bytes per millisecond so far; a little where nothing came yet. */
function speed({ first, position, beganAtMs }: Segment, nowMs: number): number {
  return Math.max(position - first, 1) / Math.max(nowMs - beganAtMs, 1);
}

/**
 * Bytes per millisecond of each. One of which nothing can have come yet, within `answerMs`, is not slow:
 * it is taken to be as fast as the others.
 */
function speedsOf(
  active: ReadonlySet<Segment>,
  answerMs: number,
  nowMs: number,
): Map<Segment, number> {
  const isNew = ({ first, position, beganAtMs }: Segment) =>
    position === first && nowMs - beganAtMs <= answerMs;
  const known = [...active].filter((segment) => !isNew(segment));
  const sum = known.reduce((total, segment) => total + speed(segment, nowMs), 0);
  const usual = known.length === 0 ? 1 : sum / known.length;
  return new Map(
    [...active].map((segment) => [segment, isNew(segment) ? usual : speed(segment, nowMs)]),
  );
}

function slowest(speeds: ReadonlyMap<Segment, number>): Segment | undefined {
  let found: Segment | undefined;
  let longestMs = 0;
  for (const [segment, own] of speeds) {
    const leftMs = (segment.end - segment.position) / own;
    if (leftMs <= longestMs) continue;
    longestMs = leftMs;
    found = segment;
  }
  return found;
}

/** What a segment keeps of its rest, in [0, 1], when one as fast as the average takes over the other part. */
function shareKept(own: number, speeds: ReadonlyMap<Segment, number>): number {
  let sum = 0;
  for (const one of speeds.values()) sum += one;
  return own / (own + sum / speeds.size);
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
