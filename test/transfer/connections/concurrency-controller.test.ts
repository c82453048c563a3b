import { describe, expect, it } from "vitest";
import { createConcurrencyController } from "../../../source/transfer/connections/concurrency-controller.ts";

/** Lets a controller run for so many windows over a link, and tells the targets it went through. */
function run(
  link: (connections: number) => number,
  { windows = 400, most = 32, busy = 0.1 } = {},
): number[] {
  const controller = createConcurrencyController(1, most);
  return Array.from({ length: windows }, () => {
    controller.measure({ bytesPerSecond: link(controller.target()), busy });
    return controller.target();
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

  it("tries more again after a pause", () => {
    const targets = run(() => 10e6, { windows: 60 });
    expect(targets.slice(4, 16)).toEqual(Array(12).fill(1));
    expect(targets.slice(16)).toContain(2);
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
    const controller = createConcurrencyController(1, 32);
    for (let rate = 1e6; rate < 80e6; rate *= 2) {
      controller.measure({ bytesPerSecond: rate, busy: 0 });
      expect(controller.target()).toBe(1);
    }
  });

  /** One window of a link on which each connection brings 10 MB/s, unless it says otherwise. */
  type Window = { rate?: number; busy?: number } | "backOff" | { reset: number };

  it.each<[string, Window[], number[]]>([
    ["needs two windows before its first probe", [{}, {}], [1, 4]],
    ["lets a probe settle for a window, then goes on", [{}, {}, {}, {}], [1, 4, 4, 8]],
    [
      "takes back a probe that gained nothing",
      [{ rate: 10e6 }, { rate: 10e6 }, { rate: 10e6 }, { rate: 10e6 }],
      [1, 4, 4, 1],
    ],
    ["adds only what this process has time for", [{ busy: 0.4 }, { busy: 0.4 }], [1, 2]],
    [
      "adds none where this process has time for few",
      [{ reset: 10 }, { busy: 0.7 }, { busy: 0.7 }],
      [10, 10, 10],
    ],
    ["probes nothing while no bytes arrive", [{ rate: 0 }, { rate: 0 }, { rate: 0 }], [1, 1, 1]],
    ["halves what it has when it is to back off", [{}, {}, "backOff", {}, {}], [1, 4, 2, 2, 2]],
    ["has at least one for each file", [{ reset: 3 }, { reset: 1 }], [3, 3]],
  ])("%s", (_, windows, targets) => {
    const controller = createConcurrencyController(1, 32);
    const seen = windows.map((window) => {
      if (window === "backOff") controller.backOff();
      else if ("reset" in window) controller.reset(window.reset);
      else {
        const { rate = controller.target() * 10e6, busy = 0.1 } = window;
        controller.measure({ bytesPerSecond: rate, busy });
      }
      return controller.target();
    });
    expect(seen).toEqual(targets);
  });

  it("is halved when the store asks for less, and stays so for a while", () => {
    const controller = createConcurrencyController(16, 32);
    controller.backOff();
    expect(controller.target()).toBe(8);
    for (let window = 0; window < 12; window += 1) {
      controller.measure({ bytesPerSecond: 80e6, busy: 0 });
    }
    expect(controller.target()).toBe(8);
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
