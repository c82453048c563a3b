import { expect, it } from "vitest";
import { staleReasons } from "./coverage.ts";
import { buildMapped } from "./program.ts";
import { torture } from "./torture.ts";

/** The scenarios and faults to try, out of all that `npm run torture` tries; the seed selects them. */
const seed = Number(process.env["CFS_TORTURE_SEED"] ?? 1);
const extent = { scenarios: 8, faults: 30 };

/** Long enough for a busy machine; it only ends a test that would hang for ever. */
const patienceMs = 900_000;

it("a call that fails once breaks no promise: the exit code, the message, the files, the next call", {
  timeout: patienceMs,
}, async () => {
  const program = await buildMapped();
  try {
    const { failed, failures, reached } = await torture(program, { seed, extent });
    expect(failures).toEqual([]);
    expect(failed.size).toBeGreaterThan(0);
    // Every command opens the settings. That place is known only if the stack of its script is read.
    const places = [...reached.values()].flatMap((site) => site.places);
    expect(places.filter((place) => place.startsWith("source/config/"))).not.toEqual([]);
  } finally {
    program.remove();
  }
});

it("the list of unreached calls has only calls of the program", () => {
  expect(staleReasons()).toEqual([]);
});
