import { describe, expect, it } from "vitest";
import { createClimb } from "../../source/transfer/connections/concurrency-controller.ts";

/** Lets a climb run for so many windows over a link, and tells the targets it went through. */
function run(
  link: (connections: number) => number,
  { windows = 400, most = 32, busy = 0.1 } = {},
): number[] {
  const climb = createClimb(1, most);
  return Array.from({ length: windows }, () => {
    climb.measure({ bytesPerSecond: link(climb.target()), busy });
    return climb.target();
  });
}

const perConnection = (limit: number) => (connections: number) => connections * limit;

describe("the number of connections", () => {
  it("goes up to the limit where each connection is limited, within a few windows", () => {
    const targets = run(perConnection(10e6), { windows: 12 });
    expect(targets.at(-1)).toBe(32);
  });

  it("comes back to one where more change nothing", () => {
    expect(run(() => 80e6).at(-1)).toBeLessThanOrEqual(2);
  });

  it("comes back to one where more are a harm", () => {
    const targets = run((connections) => 80e6 / (1 + connections / 20));
    expect(mean(targets.slice(100))).toBeLessThan(2);
  });

  it("settles near where the link is full", () => {
    const targets = run((connections) => Math.min(connections * 10e6, 75e6));
    expect(mean(targets.slice(100))).toBeGreaterThan(6.5);
    expect(mean(targets.slice(100))).toBeLessThan(14);
  });

  it("adds none while this process is the limit", () => {
    expect(new Set(run(perConnection(500e6), { busy: 0.95, windows: 12 }))).toEqual(new Set([1]));
  });

  it("waits while the first connection gathers way", () => {
    const climb = createClimb(1, 32);
    for (let rate = 1e6; rate < 80e6; rate *= 2) {
      climb.measure({ bytesPerSecond: rate, busy: 0 });
      expect(climb.target()).toBe(1);
    }
  });

  it("is halved when the store asks for less, and stays so for a while", () => {
    const climb = createClimb(16, 32);
    climb.refused();
    expect(climb.target()).toBe(8);
    for (let window = 0; window < 12; window += 1) {
      climb.measure({ bytesPerSecond: 80e6, busy: 0 });
    }
    expect(climb.target()).toBe(8);
  });

  it("never leaves its bounds", () => {
    for (const most of [1, 2, 7]) {
      for (const target of run(perConnection(1e6), { most })) {
        expect(target).toBeGreaterThanOrEqual(1);
        expect(target).toBeLessThanOrEqual(most);
      }
    }
  });
});

function mean(numbers: number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
