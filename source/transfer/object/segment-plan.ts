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
export class SegmentPlan {
  #gaps: ByteSpan[];
  readonly #active = new Set<Segment>();

  constructor(missing: readonly ByteSpan[]) {
    this.#gaps = missing.map((gap) => ({ ...gap }));
  }

  get active(): ReadonlySet<Segment> {
    return this.#active;
  }

  get bytesFree(): number {
    return this.#gaps.reduce((sum, { first, end }) => sum + end - first, 0);
  }

  /** Nothing is to be fetched any more, or being fetched. */
  get isDone(): boolean {
    return this.#gaps.length === 0 && this.#active.size === 0;
  }

  /** The next bytes in the file's order that nobody fetches, at most `segmentBytes` and a quarter. */
  take(segmentBytes: number, nowMs: number): Segment | undefined {
    const [gap] = this.#gaps;
    if (gap === undefined) return undefined;
    const rest = gap.end - gap.first - segmentBytes;
    const end = rest < segmentBytes / 4 ? gap.end : gap.first + segmentBytes;
    const segment = this.#begin(gap.first, end, nowMs);
    gap.first = end;
    if (gap.first === gap.end) this.#gaps.shift();
    return segment;
  }

  /**
   * The later part of what the slowest segment has still to do, so that both end together; undefined if
   * it has not `2 * leastBytes` left, or will end within `leastMs` anyway.
   */
  split(leastBytes: number, leastMs: number, nowMs: number): Segment | undefined {
    const speeds = speedsOf(this.#active, leastMs, nowMs);
    const victim = slowest(speeds);
    if (victim === undefined) return undefined;
    const own = speeds.get(victim) ?? 1;
    const left = victim.end - victim.position;
    if (left < 2 * leastBytes || left / own < leastMs) return undefined;
    const kept = left * shareKept(own, speeds);
    const middle = victim.position + Math.round(clamp(kept, leastBytes, left - leastBytes));
    const segment = this.#begin(middle, victim.end, nowMs);
    victim.end = middle;
    return segment;
  }

  /** Gives this segment all that nobody fetches after it; what is there already in between comes again. */
  mergeRemainder(segment: Segment): void {
    segment.end = Math.max(segment.end, this.#gaps.at(-1)?.end ?? 0);
    this.#gaps = this.#gaps.filter(({ first }) => first < segment.first);
  }

  /** The size is known now: nothing after `total` is wanted. */
  limit(total: number): void {
    for (const span of [...this.#gaps, ...this.#active]) span.end = Math.min(span.end, total);
    this.#gaps = this.#gaps.filter(({ first, end }) => first < end);
  }

  /** The segment's request has ended; what it did not fetch is to be fetched by another. */
  end(segment: Segment): void {
    this.#active.delete(segment);
    const { position: first, end } = segment;
    if (first >= end) return;
    const at = this.#gaps.findIndex((gap) => gap.first > first);
    this.#gaps.splice(at === -1 ? this.#gaps.length : at, 0, { first, end });
  }

  #begin(first: number, end: number, beganAtMs: number): Segment {
    const segment = { first, position: first, end, beganAtMs };
    this.#active.add(segment);
    return segment;
  }
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
