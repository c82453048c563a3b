import { resolve } from "node:path";
import { threadBeside } from "../../app/built-assets.ts";
import { lookForFiles } from "../../checksums/lacking-files.ts";
import { counted, readableBytes, readableCount } from "../../domain/readable.ts";
import type { Plan, PlannedFile } from "../../plan/plan.ts";
import { openPlan } from "../../plan/read-plan.ts";
import type { Call } from "../console/call.ts";
import { createMessages, type Progress } from "../console/messages.ts";
import { readingView } from "../console/reading-view.ts";
import type { PlanOptions } from "./plan-options.ts";
import { printPlan } from "./print-plan.ts";

/** Prints the plan of the files that the destination lacks. Sends no request. */
export async function checkPlan(path: string, options: PlanOptions, call: Call): Promise<void> {
  const plan = await openPlan(path, call.stdin, call.signal);
  const { addressesExpire, destination, filter } = plan.head;
  const directory = resolve(options.output ?? destination);
  const messages = createMessages(options.quiet ?? false, call);
  const lacking = await lackingFiles(plan, { ...options, directory }, messages.progress, call);
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

async function lackingFiles(
  { head, files }: Plan,
  { directory, sizeOnly = false }: PlanOptions & { directory: string },
  progress: Progress,
  { signal }: Call,
): Promise<PlannedFile[]> {
  const workerUrl = threadBeside("verify-worker.js");
  const lacking: PlannedFile[] = [];
  const counts = { right: 0, failed: 0, bytes: 0 };
  const total = { files: files.length, bytes: head.bytes };
  const beganAtMs = performance.now();
  const looking = lookForFiles(files, { directory, reads: !sizeOnly, workerUrl, signal });
  try {
    for await (const { file, isLacking } of looking) {
      if (isLacking) lacking.push(file);
      counts[isLacking ? "failed" : "right"] += 1;
      counts.bytes += file.size ?? 0;
      progress.show(readingView(counts, total, performance.now() - beganAtMs));
    }
  } finally {
    progress.end();
  }
  return lacking;
}
