import { threadBeside } from "../../app/built-assets.ts";
import { lookForFiles } from "../../checksums/lacking-files.ts";
import { counted, readableBytes, readableCount } from "../../domain/readable.ts";
import type { Plan, PlannedFile } from "../../plan/plan.ts";
import { openPlan } from "../../plan/read-plan.ts";
import type { Call } from "../console/call.ts";
import { createMessages, type Messages } from "../console/messages.ts";
import { usageError } from "../console/usage-error.ts";
import { type Destination, readDestination } from "../resolve/destination.ts";
import { collectLacking } from "./collect-lacking.ts";
import type { PlanOptions } from "./plan-options.ts";
import { printPlan } from "./print-plan.ts";

/** Prints the plan of the files that the destination lacks. Sends no request. */
export async function checkPlan(path: string, options: PlanOptions, call: Call): Promise<void> {
  const plan = await openPlan(path, call.stdin, call.signal);
  const { addressesExpire, destination, filter } = plan.head;
  const { output = readDestination(destination, "the plan's destination") } = options;
  const { directory } = output;
  const messages = createMessages(call, options);
  const lacking = await lackingFiles(plan, { ...options, output }, messages, call);
  const facts = { addressesExpire, destination: directory, filter };
  await printPlan(facts, lacking, messages, call);
  const count = counted(plan.files.length, "file");
  if (lacking.length === 0) messages.note(`${directory} has all ${count}.`);
  else {
    const bytes = lacking.reduce((sum, { size }) => sum + (size ?? 0), 0);
    messages.note(
      `${directory} lacks ${readableCount(lacking.length)} of ${count}, ${readableBytes(bytes)}.`,
    );
  }
}

interface CheckOptions extends PlanOptions {
  output: Destination;
}

async function lackingFiles(
  plan: Plan,
  options: CheckOptions,
  messages: Messages,
  call: Call,
): Promise<PlannedFile[]> {
  const { clean = false, output, sizeOnly = false } = options;
  const { signal } = call;
  if (output.kind === "store") {
    const { lookInStore } = await import("./look-in-store.ts");
    return lookInStore(plan, { address: output.address, sizeOnly, clean }, messages, call);
  }
  const { directory } = output;
  if (clean)
    throw usageError(`--clean is for object stores, and ${directory} is a folder`, "Leave it out.");
  const workerUrl = threadBeside("verify-worker.js");
  const looking = lookForFiles(plan.files, { directory, reads: !sizeOnly, workerUrl, signal });
  return collectLacking(plan, looking, messages.progress);
}
