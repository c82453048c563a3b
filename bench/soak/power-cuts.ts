import process from "node:process";
import * as v from "valibot";
import { mix } from "../../source/sandbox/model/random.ts";
import { explore } from "../../test/crash/explore.ts";
import { keepRecording } from "../../test/crash/kept-recording.ts";
import { randomScenario } from "../../test/crash/random-scenario.ts";
import { recorded } from "../../test/crash/recorded.ts";
import type { Stage } from "../../test/crash/stage.ts";

/*
 * The power cuts of a soak, in a separate process, so that their memory does not count as the program's.
 * The parent requests one recorded run at a time. The process runs the built program, checks disk states
 * that a power loss at any moment of the run may leave, and starts the program again from some of them.
 */

const askedShape = v.object({ round: v.number() });

const statesOfRun = 120;
const restartsOfRun = 2;

const [seed = "1"] = process.argv.slice(2);

process.on("message", async (message) => {
  const { round } = v.parse(askedShape, message);
  process.send?.(await cutPower(mix(Number(seed), round)));
});
process.on("disconnect", () => process.exit(0));

async function cutPower(own: number) {
  const chosen = randomScenario(own);
  let stage: Stage | undefined;
  try {
    const { stage: opened, differs } = await recorded(chosen);
    stage = opened;
    const exploration = { states: statesOfRun, seed: own, restarts: restartsOfRun };
    const { failures, states, restarts } = await explore(opened, exploration);
    const wrongs = failures.map(
      ({ problem, state }) => `${problem}. ${keepRecording(opened, chosen.name, own, state)}`,
    );
    return { states, restarts, wrongs: [...differs, ...wrongs] };
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    return { states: 0, restarts: 0, wrongs: [`${chosen.name} could not be recorded: ${why}`] };
  } finally {
    await stage?.close();
  }
}
