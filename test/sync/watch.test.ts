import fc from "fast-check";
import { expect, it } from "vitest";
import { watchPauseMs } from "../../source/base/backoff.ts";
import { watch } from "../../source/sync/watch.ts";

const minuteMs = 60_000;

/** Runs with these outcomes until the last of them ended; resolves with the minutes between them. */
async function pausesOf(outcomes: readonly ("ok" | "fails" | "final")[], everyMs: number) {
  const left = [...outcomes];
  const pauses: number[] = [];
  const told: unknown[] = [];
  const ended = await watch({
    everyMs,
    async once() {
      const outcome = left.shift();
      if (outcome !== "ok") throw outcome;
    },
    isFinal: (thrown) => thrown === "final",
    failed: (thrown) => told.push(thrown),
    async pause(ms) {
      pauses.push(ms / minuteMs);
      if (left.length === 0) throw "interrupted";
    },
    random: () => 0,
  }).catch((thrown: unknown) => thrown);
  return { pauses, told, ended };
}

it("looks again after the span; after failures soon, then ever more seldom; then as before", async () => {
  const fails = Array.from({ length: 8 }, () => "fails" as const);
  const { pauses, told, ended } = await pausesOf(["ok", ...fails, "ok"], 15 * minuteMs);
  expect(pauses).toEqual([15, 1, 2, 4, 8, 16, 30, 30, 30, 15]);
  expect(told).toHaveLength(8);
  expect(ended).toBe("interrupted");
});

it("ends with a failure that no later run can mend", async () => {
  expect(await pausesOf(["ok", "final"], minuteMs)).toMatchObject({ ended: "final", told: [] });
});

it("never looks again within a minute", () => {
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
