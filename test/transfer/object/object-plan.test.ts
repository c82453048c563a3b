import { describe, expect, it } from "vitest";
import { createRequestSizes, ObjectPlan } from "../../../source/transfer/object/object-plan.ts";
import type { DownloadTask } from "../../../source/transfer/object/segment-download.ts";
import { endless } from "../../../source/transfer/object/segment-plan.ts";
import { createRanges } from "../../../source/transfer/part-file/ranges.ts";

const kilobyte = 1024;
const megabyte = 1024 * kilobyte;

interface Measured {
  open?: number;
  answerMs?: number;
  rate?: number;
  capacity?: number;
}

function sizesFor({ open = 1, answerMs = 0, rate = 0, capacity = 1 }: Measured) {
  const pool = { open: () => open, answerMs: () => answerMs, bytesPerSecond: () => rate };
  return createRequestSizes(pool, { capacity: () => capacity });
}

describe("the size of a request", () => {
  it.each<[Measured, number]>([
    [{}, 16 * megabyte],
    [{ capacity: 64 }, 8 * megabyte],
    [{ capacity: 256 }, 4 * megabyte],
    [{ rate: 10 * megabyte }, 40 * megabyte],
    [{ rate: 10 * megabyte, open: 0 }, 40 * megabyte],
    [{ rate: 10 * megabyte, open: 2 }, 20 * megabyte],
    [{ rate: 100 }, 4 * megabyte],
    [{ rate: 1_000 * megabyte, capacity: 4 }, 128 * megabyte],
  ])("with %o is %i bytes", (measured, bytes) => {
    expect(sizesFor(measured).segmentBytes()).toBe(bytes);
  });

  it.each<[Measured, number]>([
    [{}, 64 * kilobyte],
    [{ rate: 100 * megabyte, answerMs: 20 }, 3 * megabyte],
    [{ rate: 100 * megabyte, answerMs: 1 }, megabyte],
    [{ rate: 10 * megabyte, answerMs: 1_000 }, 10 * megabyte],
  ])("with %o is followed by the next %i bytes before its end", (measured, bytes) => {
    const threshold = sizesFor(measured).prefetchThreshold();
    expect(Math.round(threshold / kilobyte)).toBe(Math.round(bytes / kilobyte));
  });

  it.each([
    [0, 1],
    [1, 1],
    [megabyte, 1],
    [megabyte + 1, 2],
    [8 * megabyte, 8],
    [15 * megabyte, 8],
    [16 * megabyte, 9],
    [24 * megabyte, 10],
  ])("makes %i missing bytes worth %i connections", (bytes, connections) => {
    expect(sizesFor({}).connectionsFor(bytes)).toBe(connections);
  });

  it.each([
    [0, 100],
    [10, 100],
    [100, 400],
  ])("is not halved if it ends soon: with answers after %i ms, within %i ms", (answerMs, ms) => {
    expect(sizesFor({ answerMs }).leastSplitMs()).toBe(ms);
  });
});

describe("the buffer of a connection", () => {
  it.each([
    [1, 0, 64 * kilobyte],
    [4, 0, 16 * kilobyte],
    [16, 0, 8 * kilobyte],
    [1, 32 * megabyte, 512 * kilobyte],
    [2, 32 * megabyte, 256 * kilobyte],
    [1, 1_000 * megabyte, megabyte],
    [8, 1_000_000 * megabyte, 512 * kilobyte],
    [64, 1_000_000 * megabyte, 128 * kilobyte],
  ])("of %i, with %i bytes on disk, is written at %i bytes", (open, doneBytes, bytes) => {
    expect(sizesFor({ open }).flushSize(doneBytes)).toBe(bytes);
  });

  it.each([
    [1, 0, 64 * kilobyte],
    [1, 64 * megabyte, 2 * megabyte],
    [2, 64 * megabyte, megabyte],
    [1, 1_000_000 * megabyte, 4 * megabyte],
    [4, 1_000_000 * megabyte, megabyte],
  ])("of %i, with %i bytes on disk, may grow to %i bytes", (open, doneBytes, bytes) => {
    expect(sizesFor({ open }).maxBuffered(doneBytes)).toBe(bytes);
  });
});

interface Known {
  /** The listed size. */
  bytes?: number;
  /** The end of the first bytes that are on disk. */
  done?: number;
  resumed?: DownloadTask["resumed"];
}

/** A plan for requests of at most 1,000 bytes, which are split down to 100. */
function planOf({ bytes, done = 0, resumed }: Known) {
  const ranges = createRanges(done === 0 ? [] : [{ first: 0, end: done }]);
  const file = { fileId: "1", fileSetId: "2", name: "a.csv", bytes };
  return new ObjectPlan(
    { file, part: { done: () => ranges }, resumed },
    {
      segmentBytes: () => 1_000,
      prefetchThreshold: () => 50,
      flushSize: () => 1,
      maxBuffered: () => 1,
      connectionsFor: (missing) => missing,
      leastBytesToSplit: 1_000,
      leastSplitBytes: 100,
      leastSplitMs: () => 0,
    },
  );
}

/** The next request, which must exist. */
function nextOf(plan: ObjectPlan, beginning = 1, maySplit = false) {
  const segment = plan.next(beginning, maySplit, 0);
  if (segment === undefined) throw new Error("no bytes are left");
  return segment;
}

describe("an object of listed size", () => {
  it("may have several requests, until one fails before any answer", () => {
    const plan = planOf({ bytes: 5_000 });
    expect(plan.identity).toEqual({ kind: "listed", bytes: 5_000 });
    expect(plan.canShare).toBe(true);
    expect(plan.connections(2_000)).toBe(3_000);
    plan.noteFailure();
    expect(plan.canShare).toBe(false);
    expect(plan.connections(2_000)).toBe(1);
    plan.confirm({ kind: "confirmed", bytes: 5_000 });
    expect(plan.canShare).toBe(true);
  });

  it("keeps several requests when one fails after an answer", () => {
    const plan = planOf({ bytes: 5_000 });
    plan.confirm({ kind: "confirmed", bytes: 5_000 });
    plan.noteFailure();
    expect(plan.canShare).toBe(true);
  });

  it("is divided evenly among the requests that start together", () => {
    const plan = planOf({ bytes: 1_600 });
    expect([4, 3, 2, 1].map((beginning) => nextOf(plan, beginning).end)).toEqual([
      400, 800, 1_200, 1_600,
    ]);
    expect(plan.next(1, false, 0)).toBeUndefined();
    expect(plan.isDone).toBe(false);
  });

  it("has requests that are neither too long nor too short", () => {
    expect(nextOf(planOf({ bytes: 5_000 }), 2)).toMatchObject({ first: 0, end: 1_000 });
    expect(nextOf(planOf({ bytes: 500 }), 50)).toMatchObject({ first: 0, end: 100 });
  });

  it("is requested by inclusive ranges, and as a whole without one", () => {
    const plan = planOf({ bytes: 2_000 });
    expect(plan.rangeOf(nextOf(plan))).toEqual({ first: 0, last: 999 });
    expect(plan.rangeOf(nextOf(plan))).toEqual({ first: 1_000, last: 1_999 });
    const small = planOf({ bytes: 800 });
    const whole = nextOf(small);
    expect(small.isWhole(whole)).toBe(true);
    expect(small.rangeOf(whole)).toBeUndefined();
    expect(small.isWhole({ ...whole, first: 1 })).toBe(false);
    expect(small.isWhole({ ...whole, end: 700 })).toBe(false);
  });

  it("is split only if that is allowed and several requests may run", () => {
    const plan = planOf({ bytes: 1_000 });
    nextOf(plan);
    expect(plan.next(1, false, 1)).toBeUndefined();
    expect(plan.next(1, true, 1)).toMatchObject({ first: 500, end: 1_000 });
    plan.noteFailure();
    expect(plan.next(1, true, 1)).toBeUndefined();
  });

  it("is not split if it is small, because its connection would be closed", () => {
    const plan = planOf({ bytes: 999 });
    nextOf(plan);
    expect(plan.next(1, true, 1)).toBeUndefined();
  });

  it("is not requested beyond the size that an answer announces", () => {
    const plan = planOf({ bytes: 1_900 });
    plan.confirm({ kind: "confirmed", bytes: 1_500, etag: '"1"' });
    expect(plan.identity).toEqual({ kind: "confirmed", bytes: 1_500, etag: '"1"' });
    expect([nextOf(plan).end, nextOf(plan).end]).toEqual([1_000, 1_500]);
    expect(plan.bytes).toBe(1_500);
    expect(plan.next(1, false, 0)).toBeUndefined();
  });

  it("continues behind what an earlier run fetched", () => {
    const plan = planOf({ bytes: 3_000, done: 700, resumed: { bytes: 2_000, etag: '"1"' } });
    expect(plan.identity).toEqual({ kind: "confirmed", bytes: 2_000, etag: '"1"' });
    expect(nextOf(plan)).toMatchObject({ first: 700, end: 1_700 });
    expect(nextOf(plan)).toMatchObject({ first: 1_700, end: 2_000 });
  });

  it("is done when all requests have ended with their bytes", () => {
    const plan = planOf({ bytes: 800 });
    const segment = nextOf(plan);
    segment.position = 300;
    plan.end(segment);
    expect(plan.isDone).toBe(false);
    const rest = nextOf(plan);
    expect(rest).toMatchObject({ first: 300, end: 800 });
    rest.position = 800;
    plan.end(rest);
    expect(plan.isDone).toBe(true);
  });
});

describe("a request near its end", () => {
  it("makes room for its successor, once", () => {
    const plan = planOf({ bytes: 2_000 });
    const segment = nextOf(plan);
    segment.position = 949;
    expect(plan.becomesNearlyFinished(segment)).toBe(false);
    expect(plan.nearlyFinished).toBe(0);
    segment.position = 950;
    expect(plan.becomesNearlyFinished(segment)).toBe(true);
    expect(plan.becomesNearlyFinished(segment)).toBe(false);
    expect(plan.nearlyFinished).toBe(1);
    plan.end(segment);
    expect(plan.nearlyFinished).toBe(0);
  });
});

describe("an object of unknown size", () => {
  it("is requested from its beginning to its end, by one request", () => {
    const plan = planOf({});
    expect(plan.canShare).toBe(false);
    expect(plan.connections(0)).toBe(1);
    expect(plan.bytes).toBeUndefined();
    const segment = nextOf(plan, 4);
    expect(segment).toMatchObject({ first: 0, end: endless });
    expect(plan.rangeOf(segment)).toEqual({ first: 0 });
  });

  it("has one connection if its answer announces no size either", () => {
    const plan = planOf({});
    plan.confirm({ kind: "confirmed" });
    expect(plan.canShare).toBe(true);
    expect(plan.connections(0)).toBe(1);
  });

  it("ends where its body ends", () => {
    const plan = planOf({});
    const segment = nextOf(plan);
    plan.confirm({ kind: "confirmed" });
    segment.position = 700;
    plan.endAt(700);
    expect(segment.end).toBe(700);
    expect(plan.bytes).toBe(700);
    plan.end(segment);
    expect(plan.isDone).toBe(true);
  });
});

describe("an empty object", () => {
  it("is requested without a range, by one request", () => {
    const plan = planOf({ bytes: 0 });
    expect(plan.canShare).toBe(false);
    expect(plan.isDone).toBe(false);
    const segment = nextOf(plan);
    expect(segment).toMatchObject({ first: 0, end: endless });
    expect(plan.rangeOf(segment)).toBeUndefined();
  });
});

describe("a server that ignores ranges", () => {
  it("sends everything to one request, which gets what the others did not fetch", () => {
    const plan = planOf({ bytes: 1_600 });
    const [first, second] = [nextOf(plan, 4), nextOf(plan, 3)];
    expect(plan.becomeSingle()).toBe(true);
    plan.continueWhole(first);
    expect(first.end).toBe(1_600);
    expect(plan.becomeSingle()).toBe(false);
    expect(plan.canShare).toBe(false);
    expect(plan.connections(0)).toBe(1);
    second.position = 500;
    plan.end(second);
    expect(plan.next(1, true, 0)).toBeUndefined();
    first.position = 1_600;
    plan.end(first);
    expect(plan.isDone).toBe(true);
  });

  it("is asked for the rest without a range after the request broke off", () => {
    const plan = planOf({ bytes: 1_600 });
    const first = nextOf(plan, 4);
    plan.becomeSingle();
    plan.continueWhole(first);
    first.position = 900;
    plan.end(first);
    expect(plan.becomeSingle()).toBe(true);
    const rest = nextOf(plan);
    expect(rest).toMatchObject({ first: 900, end: 1_600 });
    expect(plan.rangeOf(rest)).toBeUndefined();
  });

  it("gives each request its part while the server honours ranges", () => {
    const plan = planOf({ bytes: 1_600 });
    const [first, second] = [nextOf(plan, 4), nextOf(plan, 3)];
    plan.continueWhole(first);
    plan.end(second);
    expect(first.end).toBe(1_600);
    expect(nextOf(plan)).toMatchObject({ first: 400 });
  });
});
