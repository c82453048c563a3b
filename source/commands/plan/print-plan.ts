import type { PlannedFile } from "../../plan/plan.ts";
import { type PlanFacts, planLines } from "../../plan/write-plan.ts";
import { type Call, createOutput } from "../console/call.ts";

/** Prints a plan that is complete. */
export async function printPlan(
  facts: PlanFacts,
  files: readonly PlannedFile[],
  { signal, stdout }: Call,
): Promise<void> {
  const { drained } = createOutput(stdout);
  for (const line of planLines(facts, files)) {
    stdout.write(line);
    await drained();
    signal.throwIfAborted();
  }
}
