import type { Parts } from "../../app/compose.ts";
import { noSums, type SumsKeeper } from "../../checksums/keep-sums.ts";
import { counted, readableBytes, readableCount } from "../../domain/readable.ts";
import type { Plan, PlannedFile } from "../../plan/plan.ts";
import { withPlannedAddresses } from "../../plan/planned-addresses.ts";
import { openPlan } from "../../plan/read-plan.ts";
import { readShard } from "../../plan/read-shard.ts";
import { filesOfShard, type Shard } from "../../plan/shards.ts";
import type { TransferRequest } from "../../transfer/engine.ts";
import type { Call } from "../console/call.ts";
import { createMessages } from "../console/messages.ts";
import { applyTransferSettings } from "../console/transfer-settings.ts";
import { usageError } from "../console/usage-error.ts";
import { withParts, withSession } from "../console/with-session.ts";
import { readDestination, refuseForStore } from "../resolve/destination.ts";
import { optionOfSelection } from "../resolve/selection-options.ts";
import { fetchRequests } from "./fetch-requests.ts";
import type { GetOptions } from "./get-options.ts";
import { openDestination } from "./open-destination.ts";

/** `cfs get --plan FILE`: fetches the files of a plan, or of one shard, under the names that it gives them. */
export async function getPlan(
  path: string,
  args: readonly string[],
  options: GetOptions,
  call: Call,
): Promise<void> {
  refuseOthers(args, options);
  const shard = options.shard === undefined ? undefined : readShard(options.shard, process.env);
  const plan = await openPlan(path, call.stdin, call.signal);
  const files = shard === undefined ? plan.files : filesOfShard(plan.files, shard);
  const messages = createMessages(call, options);
  if (shard !== undefined) messages.note(shardText(shard, files, plan));
  const { output = readDestination(plan.head.destination, "the plan's destination") } = options;
  refuseForStore(output, { "--unpack": options.unpack, "--dry-run": options.dryRun });
  const { checksums = false, dryRun = false, overwrite = false } = options;
  const fetch = async (parts: Parts) => {
    applyTransferSettings(parts, options.limitRate, call);
    const destination = await openDestination(output, parts, call);
    const sums = checksums && !dryRun ? destination.keepSums() : noSums;
    const requests = requestsOf(files, { directory: output.directory, overwrite, sums });
    const fetching = { ...options, destination, sums, messages };
    const objects = withPlannedAddresses(parts.objects, files, call.nowMs);
    return fetchRequests(requests, fetching, { ...parts, objects }, call);
  };
  const needsSession = !dryRun && files.some(({ url }) => url === undefined);
  // With addresses it signs in only when one of them does not work any more.
  await (needsSession ? withSession(call, fetch) : withParts(call, fetch));
}

function refuseOthers(args: readonly string[], options: GetOptions): void {
  const { bucket, latest } = options;
  const other =
    (args.length > 0 ? "ids and names" : undefined) ??
    (latest ? "--latest" : undefined) ??
    (bucket === undefined ? undefined : "--bucket") ??
    optionOfSelection(options);
  if (other !== undefined)
    throw usageError(`--plan excludes ${other}`, "The plan has the selection.");
}

function shardText({ index, count }: Shard, files: readonly PlannedFile[], plan: Plan): string {
  const bytes = files.reduce((sum, { size }) => sum + (size ?? 0), 0);
  const all = counted(plan.files.length, "file");
  return `Shard ${index} of ${count}: ${readableCount(files.length)} of ${all}, ${readableBytes(bytes)}.`;
}

async function* requestsOf(
  files: readonly PlannedFile[],
  { sums, ...target }: { directory: string; overwrite: boolean; sums: SumsKeeper },
): AsyncGenerator<TransferRequest> {
  if (target.overwrite) await sums.drop(files.map(({ name }) => name));
  for (const { fileId, fileSetId, name, size, md5 } of files) {
    const file = { fileId, fileSetId, name, bytes: size ?? undefined, md5: md5 ?? undefined };
    yield { file, ...target, keepsName: true };
  }
}
