import { performance } from "node:perf_hooks";
import { test as base, expect, vi } from "vitest";
import {
  type ConnectionMeter,
  createConnectionPool,
} from "../../../source/transfer/connections/connection-pool.ts";

const nothing = () => undefined;

/** A pool with a file that could use 32 connections, the first request of it, and a clock. */
const test = base.extend<{ file: ReturnType<typeof poolOfOneFile> }>({
  file: async ({}, use) => {
    vi.useFakeTimers();
    await use(poolOfOneFile());
    vi.useRealTimers();
    vi.restoreAllMocks();
  },
});

function poolOfOneFile() {
  let activeMs = 0;
  vi.spyOn(performance, "eventLoopUtilization").mockImplementation(() => ({
    idle: 0,
    active: activeMs,
    utilization: 0,
  }));
  const pool = createConnectionPool(32, Date.now);
  const lease = pool.lease({ demand: () => 32, grew: nothing });
  const meters: ConnectionMeter[] = [];
  void lease.tryRun((meter) => {
    meters.push(meter);
    return new Promise(nothing);
  });
  return {
    pool,
    lease,
    answered(ms: number) {
      for (const meter of meters) meter.answered(ms);
    },
    wait: (ms: number) => vi.advanceTimersByTime(ms),
    work(ms: number) {
      activeMs += ms;
      vi.advanceTimersByTime(ms);
    },
  };
}

test("uses one connection before the first answer", ({ file: { lease } }) => {
  expect(lease.capacity()).toBe(1);
});

test("starts more connections if the store does not answer at once", ({
  file: { lease, wait },
}) => {
  wait(10);
  expect(lease.capacity()).toBe(16);
});

test("keeps to one connection if the store answers at once", ({
  file: { lease, answered, wait },
}) => {
  wait(2);
  answered(2);
  wait(20);
  expect(lease.capacity()).toBe(1);
});

test("does not count its own work as waiting", ({ file: { lease, answered, wait, work } }) => {
  work(60);
  expect(lease.capacity()).toBe(1);
  wait(3);
  answered(63);
  wait(20);
  expect(lease.capacity()).toBe(1);
});

test("starts a later file with more connections if the store was slow to answer before", ({
  file: { pool, answered, wait },
}) => {
  wait(10);
  answered(30);
  const later = pool.lease({ demand: () => 32, grew: nothing });
  expect(later.capacity()).toBe(1);
  later.demandChanged();
  expect(later.capacity()).toBe(8);
});
