import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { Transfer } from "../../../source/transfer/engine.ts";
import { apply, createRecord } from "../../../source/transfer/queue/record.ts";
import {
  createNotifier,
  createSnapshots,
  totalsOf,
} from "../../../source/transfer/queue/snapshots.ts";

const file = { fileId: "1", fileSetId: "2", name: "a.csv", bytes: 100 };

/** Snapshots of two transfers, of which the second runs, and a clock. */
function snapshotsOfTwo() {
  const clock = { nowMs: 0 };
  const waits = createRecord("1", { file, directory: "/d" }, "queued");
  const runs = createRecord("2", { file, directory: "/d" }, "queued");
  apply(runs, { kind: "started" }, 0);
  const records = new Map([waits, runs].map((record) => [record.id, record]));
  const snapshots = createSnapshots(records, 200, () => clock.nowMs);
  return { clock, records, runs, snapshots, waits };
}

describe("a snapshot", () => {
  it("has all transfers in order, and their totals", () => {
    const { transfers, totals } = snapshotsOfTwo().snapshots.take();
    expect(transfers).toMatchObject([
      { id: "1", state: "queued" },
      { id: "2", state: "running" },
    ]);
    expect(totals).toMatchObject({ queued: 1, running: 1, bytesTotal: 200 });
  });

  it("is the same until something changes or its time is over", () => {
    const { clock, snapshots, waits } = snapshotsOfTwo();
    const first = snapshots.take();
    clock.nowMs = 199;
    expect(snapshots.take()).toBe(first);
    snapshots.changed(waits);
    const second = snapshots.take();
    expect(second).not.toBe(first);
    clock.nowMs = 398;
    expect(snapshots.take()).toBe(second);
    snapshots.passed();
    const third = snapshots.take();
    expect(third).not.toBe(second);
    clock.nowMs = 598;
    expect(snapshots.take()).not.toBe(third);
  });

  it("has a transfer that does not run as it was, until it changes", () => {
    const { clock, snapshots, waits } = snapshotsOfTwo();
    const [before, runningBefore] = snapshots.take().transfers;
    clock.nowMs = 1_000;
    const [after, runningAfter] = snapshots.take().transfers;
    expect(after).toBe(before);
    expect(runningAfter).not.toBe(runningBefore);
    expect(runningAfter?.seconds).toBe(1);
    apply(waits, { kind: "interrupted", state: "paused" }, 1_000);
    snapshots.changed(waits);
    expect(snapshots.take().transfers[0]).toMatchObject({ state: "paused" });
  });

  it("has what a transfer was last if that has just ended", () => {
    const { clock, runs, snapshots } = snapshotsOfTwo();
    snapshots.take();
    clock.nowMs = 1_000;
    apply(
      runs,
      { kind: "finished", outcome: { state: "saved", path: "/d/a.csv", bytes: 90 } },
      1_000,
    );
    snapshots.changed(runs);
    expect(snapshots.take().transfers[1]).toMatchObject({ state: "saved", bytesDone: 90 });
  });

  it("lacks a transfer that was removed", () => {
    const { records, snapshots, waits } = snapshotsOfTwo();
    snapshots.take();
    records.delete(waits.id);
    snapshots.changed(waits);
    expect(snapshots.take().transfers.map(({ id }) => id)).toEqual(["2"]);
  });
});

const transfer = (change: Partial<Transfer>): Transfer => ({
  id: "1",
  file,
  directory: "/d",
  state: "queued",
  bytesDone: 0,
  bytesFetched: 0,
  bytesPerSecond: 0,
  seconds: 0,
  ...change,
});

describe("totals", () => {
  it("count transfers by their state", () => {
    const states: Transfer["state"][] = [
      ...(["queued", "running", "verifying", "paused", "saved"] as const),
      ...(["saved", "skipped", "failed", "cancelled"] as const),
    ];
    const all = states.map((state) => transfer({ state }));
    expect(totalsOf(all)).toMatchObject({ queued: 1, running: 2, done: 3, failed: 1 });
  });

  it("estimate the rest of what runs or waits from all rates", () => {
    const totals = totalsOf([
      transfer({ state: "running", bytesDone: 40, bytesTotal: 100, bytesPerSecond: 10 }),
      transfer({ state: "verifying", bytesDone: 90, bytesTotal: 100, bytesPerSecond: 10 }),
      transfer({ state: "queued", bytesDone: 0, bytesTotal: 130 }),
      transfer({ state: "paused", bytesDone: 0, bytesTotal: 1_000 }),
      transfer({ state: "running" }),
    ]);
    expect(totals).toMatchObject({
      bytesDone: 130,
      bytesTotal: 1_330,
      bytesPerSecond: 20,
      secondsLeft: 10,
    });
  });

  it("count what is in memory of small files", () => {
    const totals = totalsOf([
      transfer({ state: "running", bytesHeld: 30, bytesTotal: 50, bytesPerSecond: 10 }),
      transfer({ state: "verifying", bytesHeld: 50, bytesTotal: 50 }),
    ]);
    expect(totals).toMatchObject({ bytesDone: 80, secondsLeft: 2 });
  });

  it("estimate nothing while nothing arrives", () => {
    const totals = totalsOf([transfer({ state: "running", bytesTotal: 100 })]);
    expect(totals.secondsLeft).toBeUndefined();
  });

  it("count the bytes of a file that failed as missing, and not those of a cancelled one", () => {
    const totals = totalsOf([
      transfer({ state: "saved", bytesDone: 20, bytesTotal: 20 }),
      transfer({ state: "failed", bytesDone: 500, bytesTotal: 2_000 }),
      transfer({ state: "cancelled", bytesDone: 300, bytesTotal: 9_000 }),
    ]);
    expect(totals).toMatchObject({ done: 1, failed: 1, bytesDone: 520, bytesTotal: 2_020 });
  });

  it("estimate no time for what failed", () => {
    const totals = totalsOf([
      transfer({ state: "running", bytesDone: 500, bytesTotal: 1_500, bytesPerSecond: 100 }),
      transfer({ state: "failed", bytesDone: 0, bytesTotal: 2_000_000 }),
    ]);
    expect(totals.secondsLeft).toBe(10);
  });
});

/** A notifier for at most one notice in 200 ms, and a clock. */
function notifierAt() {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  return createNotifier(200, Date.now);
}

describe("a notice", () => {
  it("comes at once, and the next after an interval, for all changes together", () => {
    const notifier = notifierAt();
    const listener = vi.fn();
    notifier.subscribe(listener);
    notifier.changed();
    vi.advanceTimersByTime(0);
    expect(listener).toHaveBeenCalledTimes(1);
    notifier.changed();
    notifier.changed();
    vi.advanceTimersByTime(199);
    expect(listener).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1);
    expect(listener).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(1_000);
    expect(listener).toHaveBeenCalledTimes(2);
  });

  it("comes at once again after a pause", () => {
    const notifier = notifierAt();
    const listener = vi.fn();
    notifier.subscribe(listener);
    notifier.changed();
    vi.advanceTimersByTime(300);
    notifier.changed();
    vi.advanceTimersByTime(0);
    expect(listener).toHaveBeenCalledTimes(2);
  });

  it("is not waited for without a listener", () => {
    const notifier = notifierAt();
    notifier.changed();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("does not reach a listener that has left", () => {
    const notifier = notifierAt();
    const [gone, listener] = [vi.fn(), vi.fn()];
    const leave = notifier.subscribe(gone);
    notifier.subscribe(listener);
    leave();
    notifier.changed();
    vi.advanceTimersByTime(0);
    expect(gone).not.toHaveBeenCalled();
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it("reaches all listeners although one leaves meanwhile", () => {
    const notifier = notifierAt();
    const listener = vi.fn();
    const leave = notifier.subscribe(() => leave());
    notifier.subscribe(listener);
    notifier.changed();
    vi.advanceTimersByTime(0);
    expect(listener).toHaveBeenCalledTimes(1);
  });
});
