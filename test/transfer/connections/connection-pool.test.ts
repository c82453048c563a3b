import { performance } from "node:perf_hooks";
import { test as base, describe, expect, vi } from "vitest";
import {
  type ConnectionMeter,
  createConnectionPool,
} from "../../../source/transfer/connections/connection-pool.ts";

const nothing = () => undefined;

/** A process with this load, and a pool under a rate limit, both of which a test may change. */
function createPool(connections: number) {
  const state = {
    load: 0,
    activeMs: 0,
    bytesPerSecond: Number.POSITIVE_INFINITY,
    isReached: false,
  };
  vi.spyOn(performance, "eventLoopUtilization").mockImplementation(() => ({
    idle: 0,
    active: state.activeMs,
    utilization: state.load,
  }));
  const pool = createConnectionPool(connections, Date.now, {
    now: () => ({ bytesPerSecond: state.bytesPerSecond }),
    isReached: () => state.isReached,
  });
  return { state, pool };
}

const test = base
  .extend("time", ({}, { onCleanup }) => {
    vi.useFakeTimers({ now: 1_000 });
    onCleanup(() => {
      vi.useRealTimers();
      vi.restoreAllMocks();
    });
    return { pass: (ms: number) => void vi.advanceTimersByTime(ms) };
  })
  .extend("open", ({ time }) => {
    return (connections = 32) => ({ ...time, ...createPool(connections) });
  })
  /** A file with a running request, whose store answers after 2 ms. */
  .extend("near", ({ open }) => {
    const { pass, pool, state } = open();
    const file = { demand: 32 };
    const grew = vi.fn();
    const lease = pool.lease({ demand: () => file.demand, grew });
    const meters: ConnectionMeter[] = [];
    void lease.tryRun((meter) => {
      meters.push(meter);
      return new Promise(nothing);
    });
    const [meter] = meters;
    if (meter === undefined) throw new Error("no request runs");
    pass(2);
    meter.answered(2);
    /** Lets windows pass, in each of which this arrives. */
    const receive = (bytes: number, windows = 1, stalledMs = 0) => {
      for (let window = 0; window < windows; window += 1) {
        meter.received(bytes);
        meter.stalled(stalledMs);
        pass(150);
      }
    };
    return { file, grew, lease, meter, pass, pool, receive, state };
  });

/** A request that ends when the test says so. */
function request() {
  let end: () => void = nothing;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { begin: () => ended, end: () => end() };
}

describe("connections", () => {
  test("are shared evenly by the files that can use them", ({ open }) => {
    const { pass, pool } = open(6);
    const grew = vi.fn();
    const first = pool.lease({ demand: () => 32, grew });
    const second = pool.lease({ demand: () => 2, grew: nothing });
    void first.tryRun(() => new Promise(nothing));
    pass(4);
    expect([first.capacity(), second.capacity()]).toEqual([4, 2]);
    expect(grew).toHaveBeenCalled();
    const third = pool.lease({ demand: () => 32, grew: nothing });
    third.demandChanged();
    expect([first, second, third].map((lease) => lease.capacity())).toEqual([2, 2, 2]);
    third.close();
    expect([first.capacity(), second.capacity()]).toEqual([4, 2]);
  });

  test("are at least one for each file", ({ open }) => {
    const { pool } = open(1);
    const leases = [1, 2, 3].map(() => pool.lease({ demand: () => 5, grew: nothing }));
    leases[0]?.demandChanged();
    expect(leases.map((lease) => lease.capacity())).toEqual([1, 1, 1]);
  });

  test("that no file can use stay unused, and no file hears of them", ({ open }) => {
    const { pass, pool } = open();
    const grew = vi.fn();
    const lease = pool.lease({ demand: () => 1, grew });
    void lease.tryRun(() => new Promise(nothing));
    pass(10);
    expect(lease.capacity()).toBe(1);
    expect(grew).not.toHaveBeenCalled();
  });

  test("are open from a request to its end", async ({ open }) => {
    const { pool } = open(2);
    const lease = pool.lease({ demand: () => 5, grew: nothing });
    const one = request();
    const running = lease.tryRun(one.begin);
    expect(lease.tryRun(nothing)).toBeUndefined();
    expect(pool.open()).toBe(1);
    const single = request();
    const alone = pool.runOne(new AbortController().signal, single.begin);
    expect(pool.open()).toBe(2);
    expect(lease.tryRun(request().begin)).toBeUndefined();
    one.end();
    single.end();
    await Promise.all([running, alone]);
    expect(pool.open()).toBe(0);
  });

  test("leave no timer behind", async ({ open }) => {
    const { pool } = open();
    const lease = pool.lease({ demand: () => 5, grew: nothing });
    const one = request();
    const running = lease.tryRun(one.begin);
    expect(vi.getTimerCount()).toBeGreaterThan(0);
    one.end();
    await running;
    expect(vi.getTimerCount()).toBeGreaterThan(0);
    lease.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("leave no timer behind if a request outlasts its file", async ({ open }) => {
    const { pool } = open();
    const lease = pool.lease({ demand: () => 5, grew: nothing });
    const one = request();
    const running = lease.tryRun(one.begin);
    lease.close();
    expect(vi.getTimerCount()).toBeGreaterThan(0);
    one.end();
    await running;
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("the first connections", () => {
  test.for([
    [Number.POSITIVE_INFINITY, 32, 32, 16],
    [Number.POSITIVE_INFINITY, 32, 5, 5],
    [Number.POSITIVE_INFINITY, 3, 32, 3],
    [1_500_001, 32, 32, 4],
    [100, 32, 32, 1],
  ])(
    "at %i bytes a second, of %i, for a file that can use %i, are %i",
    ([bytesPerSecond = 0, connections = 0, demand = 0, first], { open }) => {
      const { pass, pool, state } = open(connections);
      state.bytesPerSecond = bytesPerSecond;
      const lease = pool.lease({ demand: () => demand, grew: nothing });
      expect(lease.expected()).toBe(first);
      void lease.tryRun(() => new Promise(nothing));
      pass(3);
      expect(lease.capacity()).toBe(1);
      pass(1);
      expect(lease.capacity()).toBe(first);
      expect(lease.expected()).toBe(first);
    },
  );

  test("are divided among the files", ({ open }) => {
    const { pool } = open();
    const leases = [1, 2, 3].map(() => pool.lease({ demand: () => 32, grew: nothing }));
    expect(leases.map(({ expected }) => expected())).toEqual([6, 6, 6]);
  });

  test("are expected no more once the store is near", ({ near: { lease } }) => {
    expect(lease.expected()).toBe(1);
  });

  test("wait for a single request too", ({ open }) => {
    const { pass, pool } = open();
    void pool.runOne(new AbortController().signal, () => new Promise(nothing));
    pass(10);
    const lease = pool.lease({ demand: () => 32, grew: nothing });
    lease.demandChanged();
    expect(lease.capacity()).toBe(16);
  });

  test("start again when the rate limit changes", ({ open }) => {
    const { pass, pool, state } = open();
    const lease = pool.lease({ demand: () => 32, grew: nothing });
    void lease.tryRun(() => new Promise(nothing));
    pass(10);
    expect(lease.capacity()).toBe(16);
    state.bytesPerSecond = 1_000_000;
    pass(1_000);
    expect(lease.capacity()).toBe(2);
  });
});

describe("a fast store", () => {
  test("is near", ({ near: { pool } }) => {
    expect(pool.isFast()).toBe(true);
  });

  test("is not known before an answer", ({ open }) => {
    expect(open().pool.isFast()).toBe(false);
  });

  test("is near, but not under a lower rate limit", ({ near: { pass, pool, state } }) => {
    state.bytesPerSecond = 1_000_000;
    pass(1_000);
    expect(pool.isFast()).toBe(false);
  });

  test.for([
    [2_999_999, false],
    [3_000_000, true],
  ] as const)("far away sends 20 MB/s: %i bytes in 150 ms, %s", ([bytes, isFast], { open }) => {
    const { pass, pool } = open();
    const lease = pool.lease({ demand: () => 1, grew: nothing });
    void lease.tryRun((meter) => {
      setTimeout(() => {
        meter.answered(10);
        meter.received(bytes);
      }, 10);
      return new Promise(nothing);
    });
    pass(10 + 150);
    expect(pool.isFast()).toBe(isFast);
  });
});

describe("what is measured", () => {
  test("is the time to an answer, with more weight on earlier ones", ({
    near: { meter, pool },
  }) => {
    expect(pool.answerMs()).toBe(2);
    meter.answered(12);
    expect(pool.answerMs()).toBeCloseTo(4);
  });

  test("is the rate of a window, which begins with the first bytes", ({
    near: { pass, pool, receive },
  }) => {
    pass(100);
    receive(3_000);
    expect(pool.bytesPerSecond()).toBeCloseTo(20_000);
    receive(1_500);
    expect(pool.bytesPerSecond()).toBeCloseTo(10_000);
    pass(150);
    expect(pool.bytesPerSecond()).toBe(0);
  });

  test.for([
    [2, 150],
    [100, 400],
    [900, 1_000],
  ])("with answers after %i ms is that of %i ms", ([answerMs = 0, windowMs = 0], { open }) => {
    const { pass, pool } = open();
    const lease = pool.lease({ demand: () => 1, grew: nothing });
    void lease.tryRun((meter) => {
      meter.answered(answerMs);
      meter.received(1_000);
      return new Promise(nothing);
    });
    pass(windowMs - 1);
    expect(pool.bytesPerSecond()).toBe(0);
    pass(1);
    expect(pool.bytesPerSecond()).toBeCloseTo(1_000_000 / windowMs);
  });

  test("leads to more connections while they help, and to fewer for a busy store", ({
    near: { grew, lease, receive },
  }) => {
    receive(1_000);
    expect(lease.capacity()).toBe(1);
    receive(1_000);
    expect(lease.capacity()).toBe(4);
    expect(grew).toHaveBeenCalled();
    lease.backOff();
    expect(lease.capacity()).toBe(2);
  });

  test("leads to no more connections under a limit that is reached", ({
    near: { lease, receive, state },
  }) => {
    state.isReached = true;
    receive(1_000, 4);
    expect(lease.capacity()).toBe(1);
  });

  test("leads to no more connections if no file can use them", ({
    near: { file, lease, receive },
  }) => {
    file.demand = 0;
    receive(1_000, 4);
    file.demand = 32;
    lease.demandChanged();
    expect(lease.capacity()).toBe(1);
  });

  test("leads to no more connections in a busy process", ({ near: { lease, receive, state } }) => {
    state.load = 1;
    receive(1_000, 4);
    expect(lease.capacity()).toBe(1);
  });

  test.for([
    [46, 1],
    [44, 4],
  ])(
    "with %i of 150 ms of waits for the disk leads to %i connections",
    ([ms = 0, count], { near: { lease, receive } }) => {
      receive(1_000, 2, ms);
      expect(lease.capacity()).toBe(count);
    },
  );

  test("counts the waits of one window only", ({ near: { lease, receive } }) => {
    receive(1_000, 1, 100);
    receive(1_000, 1);
    expect(lease.capacity()).toBe(4);
  });

  test("begins again with the next file", ({ near: { lease, meter, pass, pool, receive } }) => {
    receive(1_000);
    meter.received(5_000);
    lease.close();
    pool.lease({ demand: () => 1, grew: nothing });
    pass(150);
    expect(pool.bytesPerSecond()).toBeLessThan(1_000);
  });
});
