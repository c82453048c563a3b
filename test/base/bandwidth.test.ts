import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Bandwidth } from "../../source/base/bandwidth.ts";
import { parseLimitRate, unlimited } from "../../source/base/limit-rate.ts";
import { VirtualClock } from "../support/fakes/virtual-clock.ts";

function limited(text: string) {
  const limitRate = parseLimitRate(text);
  if (limitRate === undefined) throw new Error(`${text} is refused`);
  return limitRate;
}

interface Arrival {
  atMs: number;
  bytes: number;
}

/** Connections of a fast store: each has a chunk ready in every tick in which it may be read. */
class Connections {
  readonly arrivals: Arrival[] = [];
  readonly #bandwidth: Bandwidth;
  readonly #clock: VirtualClock;
  readonly #chunkBytes: number;
  readonly #readable = new Set<{ take(bytes: number): boolean }>();

  constructor(bandwidth: Bandwidth, clock: VirtualClock, chunkBytes: number) {
    this.#bandwidth = bandwidth;
    this.#clock = clock;
    this.#chunkBytes = chunkBytes;
  }

  add(count: number): void {
    for (let index = 0; index < count; index += 1) {
      const share = this.#bandwidth.join(() => this.#readable.add(share));
      if (share.take(0)) this.#readable.add(share);
    }
  }

  run(ms: number, tickMs = 5): void {
    for (let spentMs = 0; spentMs < ms; spentMs += tickMs) {
      this.#clock.advance(tickMs);
      for (const share of [...this.#readable]) this.#read(share);
    }
  }

  /** In one or more reads, as a socket is read. */
  #read(share: { take(bytes: number): boolean }): void {
    for (let left = this.#chunkBytes; left > 0 && this.#readable.has(share); ) {
      const bytes = Math.min(left, this.#bandwidth.readBytes());
      left -= bytes;
      this.arrivals.push({ atMs: this.#clock.nowMs(), bytes });
      if (!share.take(bytes)) this.#readable.delete(share);
    }
  }

  /** Bytes that arrived in each span of ten seconds from `fromMs` on, as fractions of what `rate` gives. */
  shares(rate: number, fromMs = 0): number[] {
    const spanMs = 10_000;
    const lastMs = this.#clock.nowMs() - spanMs;
    const starts = Array.from({ length: 40 }, (_, index) => fromMs + index * 250);
    return starts
      .filter((startMs) => startMs <= lastMs)
      .map((startMs) => {
        const isWithin = ({ atMs }: Arrival) => atMs > startMs && atMs <= startMs + spanMs;
        const bytes = this.arrivals.filter(isWithin).reduce((sum, one) => sum + one.bytes, 0);
        return bytes / (rate * 10);
      });
  }
}

function expectHeld(shares: readonly number[]): void {
  expect(shares.length).toBeGreaterThan(0);
  expect(Math.min(...shares)).toBeGreaterThanOrEqual(0.95);
  expect(Math.max(...shares)).toBeLessThanOrEqual(1.05);
}

describe("any ten seconds", () => {
  it("have the rate within 5 %, whatever the connections, chunks and rate are", () => {
    const rates = fc.constantFrom(100_000, 500_000, 1_000_000, 5_000_000, 20_000_000, 80_000_000);
    const chunks = fc.integer({ min: 1_024, max: 1_000_000 });
    fc.assert(
      fc.property(rates, chunks, fc.integer({ min: 1, max: 32 }), (rate, chunkBytes, count) => {
        // One tick must be able to bring the whole rate.
        fc.pre((chunkBytes * count) / 0.005 > rate * 2);
        const clock = new VirtualClock();
        const bandwidth = new Bandwidth(limited(String(rate)), clock);
        const connections = new Connections(bandwidth, clock, chunkBytes);
        connections.add(count);
        connections.run(13_000);
        expectHeld(connections.shares(rate));
      }),
      { numRuns: 30 },
    );
  });

  it("have the new rate after a change in the middle", () => {
    const rates = fc.tuple(
      fc.constantFrom("500k", "5M", "20M", "off"),
      fc.constantFrom(500_000, 5_000_000, 20_000_000),
      fc.integer({ min: 1, max: 32 }),
    );
    fc.assert(
      fc.property(rates, ([before, rate, count]) => {
        const clock = new VirtualClock();
        const bandwidth = new Bandwidth(limited(before), clock);
        const connections = new Connections(bandwidth, clock, 64_000);
        connections.add(count);
        connections.run(1_000);
        bandwidth.change(limited(String(rate)));
        // The chunk that each connection was reading belongs to the old rate.
        connections.run(5);
        const fromMs = clock.nowMs();
        connections.run(12_000);
        fc.pre((64_000 * count) / 0.005 > rate * 2);
        expectHeld(connections.shares(rate, fromMs));
      }),
      { numRuns: 20 },
    );
  });

  /** A process that each second runs nothing for a while. */
  function runWithPauses(pauseMs: number): Connections {
    const clock = new VirtualClock();
    const connections = new Connections(new Bandwidth(limited("5M"), clock), clock, 64_000);
    connections.add(8);
    for (let second = 0; second < 13; second += 1) {
      clock.lose(pauseMs);
      connections.run(1_000 - pauseMs);
    }
    return connections;
  }

  it("have the rate although a busy machine runs timers late", () => {
    expectHeld(runWithPauses(200).shares(5_000_000));
  });

  it("have no more than the rate after long pauses of the process", () => {
    const connections = runWithPauses(400);
    expect(Math.max(...connections.shares(5_000_000))).toBeLessThanOrEqual(1.05);
  });

  it("count the connections that end and begin, also those with little to read", () => {
    const clock = new VirtualClock();
    const bandwidth = new Bandwidth(limited("1M"), clock);
    let bytes = 0;
    const begin = () => {
      const read = () => {
        bytes += 3_000;
        share.take(3_000);
        share.leave();
        begin();
      };
      // The answer arrives a tick after the request.
      const share = bandwidth.join(() => clock.after(5, read));
      if (share.take(0)) clock.after(5, read);
    };
    for (let count = 0; count < 32; count += 1) begin();
    clock.advance(10_000);
    expect(bytes / 10_000_000).toBeGreaterThanOrEqual(0.95);
    expect(bytes / 10_000_000).toBeLessThanOrEqual(1.05);
  });
});

describe("a timetable", () => {
  const untilOne = limited("08:00-12:01 1M, 4M");

  it("changes the rate at its edges", () => {
    const clock = new VirtualClock();
    const bandwidth = new Bandwidth(untilOne, clock);
    const connections = new Connections(bandwidth, clock, 64_000);
    connections.add(4);
    connections.run(75_000, 20);
    expectHeld(connections.shares(1_000_000, 40_000));
    expectHeld(connections.shares(4_000_000, 60_100));
    expect(bandwidth.now()).toEqual({ bytesPerSecond: 4_000_000, until: "08:00" });
  });

  it("follows the wall clock when it jumps, while the rate stays that of the monotonic clock", () => {
    const clock = new VirtualClock();
    const connections = new Connections(new Bandwidth(untilOne, clock), clock, 64_000);
    connections.add(4);
    connections.run(2_000);
    clock.jumpMs = 3_600_000;
    connections.run(100);
    const laterMs = clock.nowMs();
    connections.run(12_000);
    expectHeld(connections.shares(4_000_000, laterMs));
    clock.jumpMs = -3_600_000;
    connections.run(100);
    const earlierMs = clock.nowMs();
    connections.run(12_000);
    expectHeld(connections.shares(1_000_000, earlierMs));
  });
});

describe("without a limit", () => {
  it("nothing waits, and what waited continues at once", () => {
    const clock = new VirtualClock();
    const bandwidth = new Bandwidth(limited("1k"), clock);
    const granted: string[] = [];
    const first = bandwidth.join(() => granted.push("first"));
    const second = bandwidth.join(() => granted.push("second"));
    expect(first.take(5_000)).toBe(false);
    expect(second.take(0)).toBe(false);
    expect(bandwidth.isReached()).toBe(true);
    bandwidth.change(unlimited);
    expect(granted).toEqual(["first", "second"]);
    expect(first.take(10_000_000)).toBe(true);
    expect(bandwidth.isReached()).toBe(false);
    expect(bandwidth.readBytes()).toBe(Number.POSITIVE_INFINITY);
  });
});

it("grants in turn, and nothing to a request that has left", () => {
  const clock = new VirtualClock();
  const bandwidth = new Bandwidth(limited("10k"), clock);
  const granted: string[] = [];
  const join = (name: string) => bandwidth.join(() => granted.push(name));
  const busy = join("busy");
  busy.take(20_000);
  const shares = ["a", "b", "c"].map(join);
  for (const share of shares) share.take(0);
  shares[1]?.leave();
  clock.advance(1_500);
  expect(granted).toEqual([]);
  clock.advance(10_000);
  expect(granted).toEqual(["busy", "a", "c"]);
});

it("returns what was granted and not used", () => {
  const clock = new VirtualClock();
  const bandwidth = new Bandwidth(limited("10k"), clock);
  const share = bandwidth.join(() => undefined);
  expect(share.take(0)).toBe(true);
  expect(bandwidth.isReached()).toBe(true);
  share.leave();
  expect(bandwidth.isReached()).toBe(false);
});
