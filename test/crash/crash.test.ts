import fs from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { explore } from "./explore.ts";
import { keepRecording, openRecording } from "./kept-recording.ts";
import { recorded } from "./recorded.ts";
import { inMemory } from "./recorder.ts";
import { scenarios } from "./scenarios.ts";
import type { Scenario } from "./stage.ts";

/** The environment can ask for more states, or for a single one; see scripts/crash.mjs. */
const states = Number(process.env["CFS_CRASH_STATES"] ?? 20_400);
const seed = Number(process.env["CFS_CRASH_SEED"] ?? 1);
const only = process.env["CFS_CRASH_STATE"];
const recording = process.env["CFS_CRASH_RECORDING"];
const report = process.env["CFS_CRASH_REPORT"];
const ofEach = Math.ceil(states / scenarios.length);
/** The number of states of each scenario from which the built program is started again. */
const restarts = Math.max(2, Math.ceil(ofEach / 1_000));

/** Long enough for a busy machine; it only ends a test that would hang for ever. */
const patienceMs = 60_000 + 20 * states;

async function look(scenario: Scenario): Promise<void> {
  const { name } = scenario;
  const { stage, differs } = await recorded(scenario);
  try {
    expect(differs).toEqual([]);
    const explored = await explore(stage, { states: ofEach, seed, restarts });
    if (report !== undefined) {
      const { failures, ...counts } = explored;
      fs.appendFileSync(
        report,
        `${JSON.stringify({ name, ...counts, failures: failures.length })}\n`,
      );
    }
    const [first] = explored.failures;
    const again = first && keepRecording(stage, name, seed, first.state);
    expect(explored.failures, again).toEqual([]);
  } finally {
    await stage.close();
  }
}

if (recording === undefined) {
  it.concurrent.each(scenarios)(
    "whatever a power loss leaves of $name, no promise is broken",
    { timeout: patienceMs },
    look,
  );
} else {
  it("the recorded power loss breaks no promise", async () => {
    const stage = await openRecording(recording);
    const left = path.join(fs.mkdtempSync(path.join(inMemory(), "cfs-crash-left-")), "disk");
    try {
      const exploration = { states, seed, only: Number(only), restarts: 1, copy: left };
      const { failures } = await explore(stage, exploration);
      expect(failures, `what the power loss left: ${left}`).toEqual([]);
    } finally {
      await stage.close();
    }
  });
}
