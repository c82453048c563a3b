import { describe, expect, test } from "vitest";
import { createFlow, createLateness, lateByMs } from "../../bench/links/flow.ts";
import { createPace } from "../../bench/links/pace.ts";

const unlimited = Number.POSITIVE_INFINITY;
const figures = { bytesPerSecond: unlimited, bytesPerSecondInAll: unlimited, lateShare: 0 };
const megabyte = 1_000_000;

/** The bytes that pass at each of these times if more are always waiting. */
function sendAt(times: readonly number[], flow: ReturnType<typeof createFlow>): number[] {
  return times.map((nowMs) => {
    const bytes = flow.offer(100 * megabyte, nowMs);
    flow.send(bytes, nowMs);
    return bytes;
  });
}

describe("a connection of a link", () => {
  test("begins with ten segments, and doubles them each round trip", () => {
    const flow = createFlow({ ...figures, roundTripMs: 80 }, () => false, createPace(unlimited));
    expect(sendAt([0, 40, 80, 160, 240], flow)).toEqual([14_600, 0, 29_200, 58_400, 116_800]);
  });

  test("has at most 6 MB in flight", () => {
    const flow = createFlow({ ...figures, roundTripMs: 80 }, () => false, createPace(unlimited));
    const times = Array.from({ length: 20 }, (_, round) => round * 80);
    expect(Math.max(...sendAt(times, flow))).toBe(6 * megabyte);
  });

  test("receives the bytes behind a late segment after that segment", () => {
    const lateness = [true, false];
    const isLate = () => lateness.shift() ?? false;
    const flow = createFlow({ ...figures, roundTripMs: 20 }, isLate, createPace(unlimited));
    expect(flow.send(1_460, 0)).toBe(lateByMs);
    expect(flow.send(1_460, 10)).toBe(lateByMs);
    expect(flow.send(1_460, 300)).toBe(300);
  });

  test("keeps to its own speed and to the total speed", () => {
    const inAll = createPace(50 * megabyte);
    const flow = () =>
      createFlow({ ...figures, roundTripMs: 0, bytesPerSecond: 40 * megabyte }, () => false, inAll);
    const [first, second] = [flow(), flow()];
    let bytes = { first: 0, second: 0 };
    for (let nowMs = 0; nowMs <= 1_000; nowMs += 1) {
      const [one = 0] = sendAt([nowMs], first);
      const [other = 0] = sendAt([nowMs], second);
      bytes = { first: bytes.first + one, second: bytes.second + other };
    }
    expect(bytes.first / megabyte).toBeCloseTo(40, 0);
    expect((bytes.first + bytes.second) / megabyte).toBeCloseTo(50, 0);
  });
});

describe("a speed", () => {
  test("makes up for a late timer, but not for a pause", () => {
    const pace = createPace(megabyte);
    expect(pace.offer(megabyte, 1_000)).toBe(0);
    expect(pace.offer(megabyte, 1_030)).toBe(32_000);
    pace.spend(32_000);
    expect(pace.offer(20_000, 1_060)).toBe(20_000);
    pace.spend(20_000);
    expect(pace.offer(megabyte, 5_000)).toBe(0);
  });
});

test("the given share of the segments is late", () => {
  let state = 0;
  const isLate = createLateness(0.01, () => {
    state = (state + 0.618_033_988_75) % 1;
    return state;
  });
  const late = Array.from({ length: 100_000 }, () => isLate(1_460)).filter(Boolean).length;
  expect(late / 100_000).toBeCloseTo(0.01, 2);
});
