import { expect, it } from "vitest";
import { staleReasons } from "./coverage.ts";
import { buildMapped } from "./program.ts";
import { torture } from "./torture.ts";

/** Of all that `npm run torture` tries, a part that changes with the seed. */
const seed = Number(process.env["CFS_TORTURE_SEED"] ?? 1);
const extent = { scenarios: 8, faults: 30 };

/** It only ends what would hang for ever, however busy the machine is. */
const patienceMs = 900_000;

it("a call that fails once breaks no promise: the exit code, the message, the files, the next call", {
  timeout: patienceMs,
}, async () => {
  const program = await buildMapped();
  try {
    const { failed, failures } = await torture(program, { seed, extent });
    expect(failures).toEqual([]);
    expect(failed.size).toBeGreaterThan(0);
  } finally {
    program.remove();
  }
});

it("each call that no scenario reaches is one that the program makes", () => {
  expect(staleReasons()).toEqual([]);
});
