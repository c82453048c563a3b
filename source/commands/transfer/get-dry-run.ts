import { join } from "node:path";
import { localFileName } from "../../domain/file-name.ts";
import { readableCount } from "../../domain/readable.ts";
import { stateBySize } from "../../sync/folder-state.ts";
import type { TransferRequest } from "../../transfer/engine.ts";
import type { Call } from "../console/call.ts";
import { createStepList, type StepOptions } from "./steps.ts";

/** `cfs get --dry-run`: changes nothing. Compares names and sizes only; the run itself verifies. */
export async function getDryRun(
  requests: AsyncIterable<TransferRequest>,
  directory: string,
  options: StepOptions,
  call: Call,
): Promise<void> {
  const { take, end } = createStepList(options, call);
  const known = new Set<string>();
  let present = 0;
  for await (const request of requests) {
    const { fileId, fileSetId, name, bytes: size = null } = request.file;
    if (known.has(fileId)) continue;
    known.add(fileId);
    if (isPresent(request)) present += 1;
    else await take({ step: "fetch", fileId, fileSetId, name, size });
  }
  const skipped = present === 0 ? "" : `; ${readableCount(present)} up to date`;
  end(`, into ${directory}${skipped}`);
}

function isPresent({ file: { name, bytes }, directory, overwrite }: TransferRequest): boolean {
  if (overwrite || bytes === undefined) return false;
  return stateBySize(join(directory, localFileName(name)), bytes) === "present";
}
