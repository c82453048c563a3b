import type { FileSet, StoredFile } from "../../domain/entities.ts";
import { localFileName } from "../../domain/file-name.ts";
import { type FileView, viewOfFolder } from "../../sync/folder-state.ts";
import { applyFact, keepFollowed, syncPathsOf } from "../../sync/manifest.ts";
import { readManifest } from "../../sync/manifest-file.ts";
import { createArrivals, type MissingFile } from "../../sync/missing-files.ts";
import { type PruneParts, prunable, staysNote } from "../../sync/prune.ts";
import type { Call } from "../console/call.ts";
import type { StepJson } from "../console/json-records.ts";
import { createMessages, type Messages } from "../console/messages.ts";
import { withSession } from "../console/with-session.ts";
import { createStepList } from "../transfer/steps.ts";
import type { SyncOptions, SyncRequest } from "./sync-options.ts";
import { beginRound, listFilesOf } from "./sync-round.ts";

/** `cfs sync --dry-run`: changes nothing. */
export function dryRun(request: SyncRequest, options: SyncOptions, call: Call): Promise<void> {
  return withSession(call, async (parts) => {
    const { directory, selection } = request;
    const messages = createMessages(call, options);
    const { manifest } = readManifest(syncPathsOf(directory));
    const view = viewOfFolder(directory);
    const { plan, disk } = await beginRound({ request, options, manifest, view }, parts, call);
    const { take, end } = createStepList(options, call);
    const record = (fact: Parameters<typeof applyFact>[1]) => applyFact(manifest, fact);
    const { fail, note } = messages;
    const arriving = { view, selection, manifest, disk, record, fail, note };
    const arrivals = createArrivals(arriving);
    const listed = listFilesOf(plan.missing, parts.fileStore, call.signal);
    for await (const missing of arrivals.missing(listed)) {
      const { file, fileSet } = missing;
      if (standsThere(view, missing)) {
        arrivals.arrived(asFound(file, fileSet), false);
        continue;
      }
      const { id: fileId, filename: name, fileSizeInBytes: size = null } = file;
      await take({ step: "fetch", fileId, fileSetId: fileSet.id, name, size });
    }
    keepFollowed(manifest, plan.followedAfter);
    // A run with failures does not prune.
    if (options.prune && messages.failures.length === 0) {
      const { followedAfter } = plan;
      const pruning = { directory, manifest, followedAfter, signal: call.signal };
      for await (const step of removals(pruning, messages)) await take(step);
    }
    end();
    messages.throwIfFailed();
  });
}

async function* removals(pruning: PruneParts, { note }: Messages): AsyncGenerator<StepJson> {
  for await (const { record, isChanged } of prunable(pruning)) {
    const { fileId, fileSetId, name, bytes } = record;
    if (isChanged) note(staysNote(record));
    else yield { step: "remove", fileId, fileSetId, name, size: bytes };
  }
}

/** Compares name and size only; the run itself looks closer. */
function standsThere(view: FileView, { file, onto, isBeside = false }: MissingFile): boolean {
  const { filename, fileSizeInBytes } = file;
  if (onto !== undefined || isBeside || fileSizeInBytes === undefined) return false;
  return view.bySize(localFileName(filename), fileSizeInBytes) === "present";
}

/** The record that the run will write, without the checksum. */
function asFound({ id, filename, fileSizeInBytes = 0, md5 }: StoredFile, fileSet: FileSet) {
  const name = localFileName(filename);
  return { fileId: id, fileSetId: fileSet.id, name, bytes: fileSizeInBytes, sha256: "", md5 };
}
