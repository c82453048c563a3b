import { test as base, expect, vi } from "vitest";
import { createRecord } from "../../../source/transfer/queue/record.ts";
import { createCancelledParts } from "../../../source/transfer/scheduler/cancelled-parts.ts";

const file = { fileId: "1", fileSetId: "2", name: "a.csv" };
const nowMs = 1_000_000;
const keptMs = 60_000;

/** Two cancelled transfers, whose partial files are kept for a minute. */
const test = base.extend("kept", ({}, { onCleanup }) => {
  vi.useFakeTimers({ now: nowMs });
  onCleanup(() => void vi.useRealTimers());
  const discard = vi.fn(async () => undefined);
  const parts = createCancelledParts(keptMs, discard);
  const [first, second] = ["1", "2"].map((id) =>
    createRecord(id, { file, directory: "/d" }, "queued"),
  );
  if (first === undefined || second === undefined) throw new Error("no record");
  return { discard, parts, first, second };
});

test("a partial file is discarded when its time is over", ({ kept: { discard, first, parts } }) => {
  parts.keep(first, nowMs);
  expect(parts.has(first)).toBe(true);
  vi.advanceTimersByTime(keptMs - 1);
  expect(discard).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(discard).toHaveBeenCalledExactlyOnceWith(first);
  expect(parts.has(first)).toBe(false);
});

test("its time began when the transfer was cancelled", ({ kept: { discard, first, parts } }) => {
  parts.keep(first, nowMs - 50_000);
  vi.advanceTimersByTime(9_999);
  expect(discard).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(discard).toHaveBeenCalledOnce();
});

test("its time ends no later if the clock was set back", ({ kept: { discard, first, parts } }) => {
  parts.keep(first, nowMs + 3_600_000);
  vi.advanceTimersByTime(keptMs);
  expect(discard).toHaveBeenCalledOnce();
});

test("a partial file that is needed again stays", ({ kept: { discard, first, parts } }) => {
  parts.keep(first, nowMs);
  expect(parts.release(first)).toBe(true);
  expect(parts.release(first)).toBe(false);
  expect(parts.has(first)).toBe(false);
  vi.advanceTimersByTime(2 * keptMs);
  expect(discard).not.toHaveBeenCalled();
});

test("a partial file is discarded at once on request, and only once", async ({
  kept: { discard, first, parts, second },
}) => {
  parts.keep(first, nowMs);
  await parts.discardNow(first);
  await parts.discardNow(first);
  await parts.discardNow(second);
  expect(discard).toHaveBeenCalledExactlyOnceWith(first);
});

test("all are discarded at the end", async ({ kept: { discard, first, parts, second } }) => {
  parts.keep(first, nowMs);
  parts.keep(second, nowMs);
  await parts.discardAll();
  expect(discard.mock.calls).toEqual([[first], [second]]);
});
