import { PassThrough } from "node:stream";
import fc from "fast-check";
import { expect, vi } from "vitest";
import { watchPauseMs } from "../../source/base/backoff.ts";
import { AppError } from "../../source/base/errors.ts";
import { ReportedFailures } from "../../source/commands/console/reported-failures.ts";
import { readDestination } from "../../source/commands/resolve/destination.ts";
import { sync } from "../../source/commands/sync/sync.ts";
import { syncOnce } from "../../source/commands/sync/sync-once.ts";
import { readEnvironment } from "../../source/config/environment.ts";
import { test } from "../support/test.ts";

vi.mock("../../source/commands/sync/sync-once.ts");
const wait = vi.hoisted(() => vi.fn<(ms: number) => Promise<void>>());
vi.mock("node:timers/promises", async (original) => ({
  ...(await original<typeof import("node:timers/promises")>()),
  setTimeout: wait,
}));

const minuteMs = 60_000;
const nowMs = Date.UTC(2026, 0, 5, 9);
const unreachable = new AppError({ kind: "service", tried: "Listing", answered: "503" });
const signedOut = new AppError({ kind: "sign-in", tried: "Signing in", answered: "401" });

/** Runs with these outcomes, and is interrupted in the pause after the last; resolves with the minutes between them. */
async function watched(folder: string, outcomes: readonly (Error | undefined)[], every: string) {
  const left = [...outcomes];
  const pauses: number[] = [];
  const interrupted = new Error("interrupted");
  vi.mocked(syncOnce).mockImplementation(async () => {
    const outcome = left.shift();
    if (outcome !== undefined) throw outcome;
  });
  wait.mockImplementation(async (ms) => {
    pauses.push(ms / minuteMs);
    if (left.length === 0) throw interrupted;
  });
  vi.spyOn(Math, "random").mockReturnValue(0);
  const stderr = new PassThrough({ encoding: "utf8" });
  const call = {
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr,
    environment: readEnvironment({}),
    signal: new AbortController().signal,
    nowMs: () => nowMs,
  };
  const output = readDestination(folder);
  const options = { package: "Pack", output, watch: every, quiet: true };
  const thrown: unknown = await sync("bulk-A", options, call).catch((error: unknown) => error);
  const lines = String(stderr.read() ?? "").split("\n");
  return { pauses, isInterrupted: thrown === interrupted, thrown, failures: lines.length - 1 };
}

test("runs again after the span; after failures soon, then less and less often; then as before", async ({
  folder,
}) => {
  const failures = Array.from({ length: 8 }, () => unreachable);
  expect(await watched(folder, [undefined, ...failures, undefined], "15m")).toMatchObject({
    pauses: [15, 1, 2, 4, 8, 16, 30, 30, 30, 15],
    isInterrupted: true,
    failures: 8,
  });
});

test("does not report again what was reported for each file", async ({ folder }) => {
  expect(await watched(folder, [new ReportedFailures([unreachable])], "1h")).toMatchObject({
    pauses: [1],
    failures: 0,
  });
});

test("ends with a failure that no later run can mend", async ({ folder }) => {
  expect(await watched(folder, [undefined, signedOut], "1m")).toMatchObject({
    thrown: signedOut,
    pauses: [1],
    failures: 0,
  });
});

test("never runs again within a minute", () => {
  const every = fc.integer({ min: minuteMs, max: 7 * 24 * 60 * minuteMs });
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(every, fc.nat(40), random, (everyMs, failures, jitter) => {
      const pauseMs = watchPauseMs(everyMs, failures, jitter);
      expect(pauseMs).toBeGreaterThanOrEqual(minuteMs);
      expect(pauseMs).toBeLessThanOrEqual(Math.max(everyMs * 1.1, 60 * minuteMs) + 1);
    }),
  );
});
