import { differences, modelOf } from "./explore.ts";
import type { Scenario, Stage } from "./stage.ts";

/**
 * A process may be killed between a system call and the line that records it; the scenario is then recorded
 * again. On a busy machine that may happen often.
 */
const mostRecordings = 30;

/** The stage of a scenario after its recording, and how the disk differs from what was recorded at the last try. */
export async function recorded({
  prepare,
}: Scenario): Promise<{ stage: Stage; differs: readonly string[] }> {
  for (let recording = 1; ; recording += 1) {
    const stage = await prepare();
    try {
      await stage.record();
      const differs = differences(stage.recorder.root, modelOf(stage));
      if (differs.length === 0 || recording === mostRecordings) return { stage, differs };
    } catch (thrown) {
      await stage.close();
      throw thrown;
    }
    await stage.close();
  }
}
