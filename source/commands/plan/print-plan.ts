import { counted } from "../../domain/readable.ts";
import { type PlanFacts, type PlannedFile, planLines } from "../../plan/plan.ts";
import { type Call, createOutput } from "../console/call.ts";
import type { Messages } from "../console/messages.ts";

/** Prints a plan that is complete, and warns if it has addresses. */
export async function printPlan(
  facts: PlanFacts,
  files: readonly PlannedFile[],
  { warn }: Messages,
  { signal, stdout }: Call,
): Promise<void> {
  const { drained } = createOutput(stdout);
  for (const line of planLines(facts, files)) {
    stdout.write(line);
    await drained();
    signal.throwIfAborted();
  }
  const open = files.filter(({ url }) => url !== undefined);
  if (open.length === 0) return;
  const { addressesExpire } = facts;
  const until = addressesExpire === undefined ? "for hours" : `until ${addressesExpire}`;
  warn(
    `The plan has the addresses of ${counted(open.length, "file")}. Anyone who reads it can download them ${until}: keep it in a file that only you can read (umask 077).`,
  );
}
