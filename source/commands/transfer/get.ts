import { resolve } from "node:path";
import type { FileSetFilter } from "../../api/service.ts";
import type { Parts } from "../../app/compose.ts";
import { AppError } from "../../base/errors.ts";
import type { StoredFile } from "../../domain/entities.ts";
import { createFirstFew, newestFirst } from "../../domain/ordering.ts";
import type { TransferRequest } from "../../transfer/engine.ts";
import type { Call, CommonOptions } from "../console/call.ts";
import { createTalk, type Talk } from "../console/messages.ts";
import { interruptedError } from "../console/reported-failures.ts";
import { withSession } from "../console/with-session.ts";
import { readFilterWords } from "../resolve/file-set-filter.ts";
import { createNameSearch } from "../resolve/find-by-name.ts";
import { findPackage } from "../resolve/find-package.ts";
import { withInput } from "../resolve/id-arguments.ts";
import { filesOf, type WantedFiles, wantedFiles } from "../resolve/wanted-files.ts";
import { runTransfers } from "./run-transfers.ts";
import { createTransferReport, toTransferFile } from "./transfer-report.ts";

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

export interface GetOptions extends CommonOptions {
  bucket?: string;
  package?: string;
  latest?: boolean;
  name?: string;
  attribute?: string[];
  output?: string;
  overwrite?: boolean;
  unpack?: boolean;
  quiet?: boolean;
}

/** What `get` is asked for: words, or the newest file set that a filter lets through. */
export interface GetWords {
  words: readonly string[];
  /** Where names and the newest are looked for, without the package; undefined where no bucket is named. */
  filter: FileSetFilter | undefined;
}

/** Reads the words of `get`. Throws an AppError of kind usage where they do not go together. */
export function readGetWords(words: readonly string[], options: GetOptions, call: Call): GetWords {
  const { bucket, latest = false } = options;
  if (latest && words.length > 0) throw wrongWords("--latest and ids do not go together");
  if (!latest && words.length === 0) throw wrongWords("nothing is asked for");
  if (bucket === undefined) {
    if (latest) throw wrongWords("--latest needs --bucket");
    if (options.package !== undefined) throw wrongWords("--package needs --bucket");
  }
  if (!latest && (options.name !== undefined || options.attribute !== undefined))
    throw wrongWords("--name and --attribute are for --latest");
  const { name, attribute } = options;
  const filters = {
    ...(name === undefined ? {} : { name }),
    ...(attribute === undefined ? {} : { attribute }),
  };
  return {
    words,
    filter: bucket === undefined ? undefined : readFilterWords(bucket, filters, call.nowMs()),
  };
}

function wrongWords(answered: string): AppError {
  return new AppError({
    kind: "usage",
    tried: "Reading the call",
    answered,
    advice:
      "Give ids, - for ids on standard input, names with --bucket, or --latest with --bucket; cfs get --help has examples.",
  });
}
