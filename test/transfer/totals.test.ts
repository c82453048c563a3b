import { expect, test } from "vitest";
import type { Transfer } from "../../source/transfer/engine.ts";
import { totalsOf } from "../../source/transfer/queue/snapshots.ts";

const transfer = (change: Partial<Transfer>): Transfer => ({
  id: "1",
  file: { fileId: "1", fileSetId: "2", name: "part1.gz" },
  directory: "/made",
  state: "queued",
  bytesDone: 0,
  bytesFetched: 0,
  bytesPerSecond: 0,
  seconds: 0,
  ...change,
});

test("a file that failed is still missing, and one that was cancelled is not", () => {
  const totals = totalsOf([
    transfer({ state: "saved", bytesDone: 20_000, bytesTotal: 20_000 }),
    transfer({ state: "failed", bytesDone: 500_000, bytesTotal: 2_000_000 }),
    transfer({ state: "cancelled", bytesDone: 300_000, bytesTotal: 9_000_000 }),
  ]);
  expect(totals).toMatchObject({ done: 1, failed: 1, bytesDone: 520_000, bytesTotal: 2_020_000 });
});

test("no time is told for what failed: nothing is done for it", () => {
  const totals = totalsOf([
    transfer({ state: "running", bytesDone: 500, bytesTotal: 1_500, bytesPerSecond: 100 }),
    transfer({ state: "failed", bytesDone: 0, bytesTotal: 2_000_000 }),
  ]);
  expect(totals.secondsLeft).toBe(10);
});
