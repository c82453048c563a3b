import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Segment, SegmentPlan } from "../../../source/transfer/object/segment-plan.ts";

const whole = (total: number) => new SegmentPlan([{ first: 0, end: total }]);

describe("a plan", () => {
  it("gives pieces in the file's order", () => {
    const plan = whole(100);
    expect(plan.take(40, 0)).toMatchObject({ first: 0, end: 40 });
    expect(plan.take(40, 0)).toMatchObject({ first: 40, end: 80 });
    expect(plan.take(40, 0)).toMatchObject({ first: 80, end: 100 });
    expect(plan.take(40, 0)).toBeUndefined();
  });

  it("leaves no crumb behind a piece", () => {
    expect(whole(45).take(40, 0)).toMatchObject({ end: 45 });
  });

  it("gives again what a request did not fetch", () => {
    const plan = whole(100);
    const segment = plan.take(100, 0);
    if (segment === undefined) throw new Error("no segment");
    segment.position = 30;
    plan.end(segment);
    expect(plan.isDone).toBe(false);
    expect(plan.take(100, 0)).toMatchObject({ first: 30, end: 100 });
  });

  it("assigns the earliest of the unfetched pieces again, in whatever order requests end", () => {
    const plan = whole(90);
    const segments = [plan.take(30, 0), plan.take(30, 0), plan.take(30, 0)];
    const [first, second, third] = segments;
    for (const segment of [second, third, first]) {
      if (segment === undefined) throw new Error("no segment");
      segment.position = segment.first + 10;
      plan.end(segment);
    }
    expect(plan.bytesFree).toBe(60);
    expect(segments.map(() => plan.take(20, 0)?.first)).toEqual([10, 40, 70]);
  });

  it("assigns nothing beyond the end, once it is known", () => {
    const plan = whole(100);
    const segment = plan.take(40, 0);
    plan.limit(30);
    expect(segment?.end).toBe(30);
    expect(plan.take(40, 0)).toBeUndefined();
  });

  it("assigns the rest up to the end, once it is known", () => {
    const plan = whole(100);
    plan.take(20, 0);
    plan.limit(60);
    expect(plan.take(100, 0)).toMatchObject({ first: 20, end: 60 });
    expect(plan.take(100, 0)).toBeUndefined();
  });

  it("splits the slowest in halves where all are equally fast", () => {
    const plan = whole(2_000);
    const [quick, slow] = [plan.take(1_000, 0), plan.take(1_000, 0)];
    if (quick === undefined || slow === undefined) throw new Error("no segment");
    quick.position = quick.end;
    plan.end(quick);
    slow.position = slow.first + 200;
    expect(plan.split(10, 0, 100)).toMatchObject({ first: 1_600, end: 2_000 });
    expect(slow.end).toBe(1_600);
  });

  it("leaves little to one that hardly moves", () => {
    const plan = whole(2_000);
    const [quick, slow] = [plan.take(1_000, 0), plan.take(1_000, 0)];
    if (quick === undefined || slow === undefined) throw new Error("no segment");
    quick.position = 900;
    slow.position = 1_001;
    plan.split(10, 0, 100);
    expect(slow.end).toBe(1_011);
  });

  it("takes what has just begun for as fast as the others: on a long way nothing is there yet", () => {
    const plan = whole(64_000);
    plan.take(64_000, 0);
    const parts = [1, 2, 3].map((nowMs) => plan.split(10, 100, nowMs));
    expect(parts).toMatchObject([{ first: 32_000 }, { first: 16_000 }, { first: 48_000 }]);
  });

  it("takes one of which nothing comes for slow, after a while", () => {
    const plan = whole(2_000);
    const quick = plan.take(1_000, 0);
    plan.take(1_000, 0);
    if (quick === undefined) throw new Error("no segment");
    quick.position = 900;
    expect(plan.split(10, 100, 500)).toMatchObject({ first: 1_010, end: 2_000 });
  });

  it("does not split what is nearly done", () => {
    const plan = whole(100);
    plan.take(100, 0);
    expect(plan.split(51, 0, 10)).toBeUndefined();
  });

  it("never loses or doubles a byte", () => {
    const step = fc.record({
      act: fc.constantFrom("take", "split", "arrive", "end"),
      bytes: fc.integer({ min: 1, max: 400 }),
      which: fc.nat(10),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const total = 1_000;
        const plan = whole(total);
        const fetched: number[] = new Array(total).fill(0);
        for (const [nowMs, one] of steps.entries()) perform(plan, fetched, one, nowMs);
        for (const segment of plan.active) plan.end(segment);
        for (let left = plan.take(77, 99); left !== undefined; left = plan.take(77, 99)) {
          arrive(fetched, left, total);
          plan.end(left);
        }
        expect(plan.isDone).toBe(true);
        expect(fetched.every((times) => times === 1)).toBe(true);
      }),
    );
  });
});

interface Step {
  act: string;
  bytes: number;
  which: number;
}

function perform(
  plan: SegmentPlan,
  fetched: number[],
  { act, bytes, which }: Step,
  nowMs: number,
): void {
  const active = [...plan.active];
  const segment = active[which % Math.max(active.length, 1)];
  if (act === "take") plan.take(bytes, nowMs);
  if (act === "split") plan.split(bytes, 0, nowMs);
  if (act === "arrive" && segment !== undefined) arrive(fetched, segment, bytes);
  if (act === "end" && segment !== undefined) plan.end(segment);
}

function arrive(fetched: number[], segment: Segment, bytes: number): void {
  const to = Math.min(segment.position + bytes, segment.end);
  for (; segment.position < to; segment.position += 1) {
    fetched[segment.position] = (fetched[segment.position] ?? 0) + 1;
  }
}
