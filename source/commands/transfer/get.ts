import { resolve } from "node:path";
import type { FileSetFilter } from "../../api/service.ts";
import type { Parts } from "../../app/compose.ts";
import { AppError } from "../../base/errors.ts";
import type { StoredFile } from "../../domain/entities.ts";
import { createFirstFew, newestFirst } from "../../domain/ordering.ts";
import type { TransferRequest } from "../../transfer/engine.ts";
import type { Call } from "../console/call.ts";
import { interruptedError } from "../console/interrupted-error.ts";
import { createTalk, type Talk } from "../console/messages.ts";
import { withSession } from "../console/with-session.ts";
import { createNameSearch } from "../resolve/find-by-name.ts";
import { findPackage } from "../resolve/find-package.ts";
import { withInput } from "../resolve/id-arguments.ts";
import { filesOf, type WantedFiles, wantedFiles } from "../resolve/wanted-files.ts";
import { type GetOptions, type GetWords, readGetWords } from "./get-words.ts";
import { runTransfers } from "./run-transfers.ts";
import { toTransferFile } from "./to-transfer-file.ts";
import { createTransferReport } from "./transfer-report.ts";

/**
 * `cfs get`: files, all files of file sets, and the newest file set. Each failure is told when it happens,
 * and the rest goes on; rejects with ToldFailures after all have ended.
 */
export async function get(
  words: readonly string[],
  options: GetOptions,
  call: Call,
): Promise<void> {
  const asked = readGetWords(words, options, call);
  await withSession(call, async (parts) => {
    const talk = createTalk(options.quiet ?? false, call);
    const { progress } = talk;
    const report = createTransferReport({ ...options, talk }, call);
    try {
      const requests = requestsFor(asked, options, parts, { call, talk });
      await runTransfers({ requests, ended: report.ended, progress }, parts, call);
    } catch (thrown) {
      throw interruptedError(thrown, "Downloading");
    } finally {
      progress.end();
    }
    report.summarize();
    talk.throwIfFailed();
  });
}

async function* requestsFor(
  { words, filter }: GetWords,
  options: GetOptions,
  { fileStore }: Parts,
  { call, talk }: { call: Call; talk: Talk },
): AsyncGenerator<TransferRequest> {
  const { signal } = call;
  const directory = resolve(options.output ?? ".");
  const place = await placeOf(filter, options.package);
  const names = place && createNameSearch(fileStore, place, signal);
  const wanted: WantedFiles = { fileStore, names, signal, note: talk.warn };
  for await (const found of options.latest && place
    ? latestOf(place)
    : wantedFiles(withInput(words, call), wanted)) {
    if (found instanceof AppError) talk.fail(found);
    else
      for (const file of found)
        yield { file: toTransferFile(file), directory, overwrite: options.overwrite ?? false };
  }

  async function placeOf(
    within: FileSetFilter | undefined,
    packageWords: string | undefined,
  ): Promise<FileSetFilter | undefined> {
    if (within === undefined || packageWords === undefined) return within;
    const found = await findPackage(fileStore, within.bucket, packageWords, signal);
    return { ...within, packageId: found.packageId };
  }

  async function* latestOf(within: FileSetFilter): AsyncGenerator<StoredFile[]> {
    const first = createFirstFew(1, newestFirst);
    for await (const { items } of fileStore.fileSets({ ...within, status: "READY" }, signal))
      first.add(items);
    const [newest] = first.items();
    if (newest === undefined) {
      throw new AppError({
        kind: "not-found",
        tried: `Looking for the newest file set of ${within.bucket}`,
        answered: "none that is READY fits",
        advice: `See cfs file-sets ${within.bucket}.`,
      });
    }
    yield await filesOf(newest, wanted);
  }
}
