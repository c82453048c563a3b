import type { ByteSpan } from "../part-file/ranges.ts";

/** Represents the end of an object of unknown size. */
export const endless = Number.MAX_SAFE_INTEGER;

/** The range of one request; it changes while bytes arrive. */
export interface Segment {
  first: number;
  /** Position of the next byte to arrive. */
  position: number;
  /** Decreases when another connection takes over the rest. */
  end: number;
  beganAtMs: number;
}

/** Assigns the missing bytes of a file to requests. */
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

  get isDone(): boolean {
    return this.#gaps.length === 0 && this.#active.size === 0;
  }

  /** The next unassigned bytes in file order, at most 1.25 × `segmentBytes`. */
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
   * The later part of the slowest segment, so that both end together; undefined if less than
   * `2 * leastBytes` remain or the segment will end within `leastMs`.
   */
  split(leastBytes: number, leastMs: number, nowMs: number): Segment | undefined {
    const speeds = speedsOf(this.#active, leastMs, nowMs);
    const victim = slowest(speeds);
    if (victim === undefined) return undefined;
    const own = speeds.get(victim) ?? 1;
    const remaining = victim.end - victim.position;
    if (remaining < 2 * leastBytes || remaining / own < leastMs) return undefined;
    const kept = remaining * shareKept(own, speeds);
    const middle = victim.position + Math.round(clamp(kept, leastBytes, remaining - leastBytes));
    const segment = this.#begin(middle, victim.end, nowMs);
    victim.end = middle;
    return segment;
  }

  /**
   * Assigns everything unassigned after the segment to it; bytes already on disk in between are fetched
   * again.
   */
  mergeRemainder(segment: Segment): void {
    segment.end = Math.max(segment.end, this.#gaps.at(-1)?.end ?? 0);
    this.#gaps = this.#gaps.filter(({ first }) => first < segment.first);
  }

  /** Drops everything after `total`, once the size is known. */
  limit(total: number): void {
    for (const span of [...this.#gaps, ...this.#active]) span.end = Math.min(span.end, total);
    this.#gaps = this.#gaps.filter(({ first, end }) => first < end);
  }

  /** Returns the bytes that the segment did not fetch to the plan. */
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

/** Bytes per millisecond so far; at least a small value. */
function speed({ first, position, beganAtMs }: Segment, nowMs: number): number {
  return Math.max(position - first, 1) / Math.max(nowMs - beganAtMs, 1);
}

/** Bytes per millisecond by segment; one whose answer is still due within `answerMs` counts as average. */
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
    const remainingMs = (segment.end - segment.position) / own;
    if (remainingMs <= longestMs) continue;
    longestMs = remainingMs;
    found = segment;
  }
  return found;
}

/** The share in [0, 1] that a segment keeps when one of average speed takes over the rest. */
function shareKept(own: number, speeds: ReadonlyMap<Segment, number>): number {
  const sum = [...speeds.values()].reduce((total, one) => total + one, 0);
  return own / (own + sum / speeds.size);
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
