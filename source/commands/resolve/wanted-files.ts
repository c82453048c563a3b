import { allItems, requestsAtATime } from "../../api/service.ts";
import { mapConcurrently } from "../../base/concurrency.ts";
import { AppError } from "../../base/errors.ts";
import type { FileSet, StoredFile } from "../../domain/entities.ts";
import { counted } from "../../domain/readable.ts";
import { resultOrFailure } from "../console/reported-failures.ts";
import {
  createIdSearch,
  type FileLookup,
  type IdSearch,
  idShape,
  noFilesYet,
} from "./find-by-id.ts";

/** The files or the failure of each id or name, in the order of the arguments. */
export function wantedFiles(
  args: AsyncIterable<string> | Iterable<string>,
  lookup: FileLookup,
): AsyncGenerator<StoredFile[] | AppError> {
  const ids = createIdSearch(lookup);
  return mapConcurrently(args, requestsAtATime, (word) =>
    resultOrFailure(() => findFiles(word, ids, lookup)),
  );
}

/** Rejects with an AppError if the file set is PENDING, and reports a failure if the listing is short. */
export async function filesOf(
  fileSet: FileSet,
  { fileStore, warn, fail, signal }: Pick<FileLookup, "fileStore" | "warn" | "fail" | "signal">,
): Promise<StoredFile[]> {
  refusePending(fileSet);
  const files = await allItems(fileStore.files(fileSet.id, signal));
  if (files.length < fileSet.numFiles) fail(shortListing(fileSet, files.length));
  else if (files.length === 0) warn(`${fileSet.name}: ${noFilesYet}`);
  return files;
}

function shortListing({ name, numFiles }: FileSet, listed: number): AppError {
  return new AppError({
    kind: "service",
    tried: `Listing the files of ${name}`,
    answered: `the service reports ${counted(numFiles, "file")} but lists ${listed}`,
    advice: "Only the listed files are taken. Try again later.",
  });
}

async function findFiles(word: string, ids: IdSearch, lookup: FileLookup): Promise<StoredFile[]> {
  if (lookup.names !== undefined && !idShape.test(word)) {
    const named = await lookup.names.find(word);
    if (named?.kind === "file set")
      return selected(word, await filesOf(named.fileSet, lookup), named.fileSet, lookup);
    if (named?.kind === "file") {
      refusePending(named.fileSet);
      return selected(word, [named.file], named.fileSet, lookup);
    }
  }
  return selected(word, await ids.find(word), undefined, lookup);
}

/** The selected ones of the files that `word` stands for. */
export function selected(
  word: string,
  files: StoredFile[],
  fileSet: FileSet | undefined,
  { selection, warn }: Pick<FileLookup, "selection" | "warn">,
): StoredFile[] {
  const found = files.filter((file) => selection.file(file, fileSet));
  if (found.length === 0 && files.length > 0)
    warn(`${word}: the selection leaves out ${allOf(files.length)}.`);
  return found;
}

function allOf(count: number): string {
  return count === 1 ? "the file" : `all ${counted(count, "file")}`;
}

/** Throws an AppError. The service gives no address for a file of such a set, so the exit code is that of its answer. */
export function refusePending({ name, status }: FileSet): void {
  if (status !== "PENDING") return;
  throw new AppError({
    kind: "not-found",
    tried: `Fetching files of ${name}`,
    answered: "the file set is PENDING: its publisher is still adding files",
    advice: "Try again when it is READY, or let cfs sync --watch fetch it then.",
  });
}
