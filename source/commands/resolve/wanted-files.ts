import { allItems, type FileStore } from "../../api/service.ts";
import { mapConcurrently } from "../../base/concurrency.ts";
import { AppError } from "../../base/errors.ts";
import type { FileSet, StoredFile } from "../../domain/entities.ts";
import { resultOrFailure } from "../console/reported-failures.ts";
import type { NameSearch } from "./find-by-name.ts";

/** Groups of 4-4-8-4-12 hex digits, as in every id seen so far. */
const idShape = /^[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const lookUpsAtATime = 4;

export interface FileLookup {
  fileStore: FileStore;
  /** Undefined without a bucket, when all arguments are ids. */
  names: NameSearch | undefined;
  signal: AbortSignal;
  note(text: string): void;
}

/** The files or the failure of each id or name, in the order of the arguments. */
export function wantedFiles(
  words: AsyncIterable<string> | Iterable<string>,
  parts: FileLookup,
): AsyncGenerator<StoredFile[] | AppError> {
  return mapConcurrently(words, lookUpsAtATime, (word) =>
    resultOrFailure(() => findFiles(word, parts)),
  );
}

export async function filesOf(fileSet: FileSet, parts: FileLookup): Promise<StoredFile[]> {
  if (fileSet.status !== "READY") {
    parts.note(`${fileSet.name} is ${fileSet.status}: more files may come.`);
  }
  const files = await listFiles(fileSet.id, parts);
  if (files.length < fileSet.numFiles) {
    parts.note(`${fileSet.name} tells of ${fileSet.numFiles} files and lists ${files.length}.`);
  } else if (files.length === 0) parts.note(`${fileSet.name}: ${noFilesYet}`);
  return files;
}

async function findFiles(word: string, parts: FileLookup): Promise<StoredFile[]> {
  if (parts.names !== undefined && !idShape.test(word)) {
    const named = await parts.names.find(word);
    if (named?.kind === "file") return [named.file];
    if (named?.kind === "file set") return filesOf(named.fileSet, parts);
  }
  return findById(word, parts);
}

/** An id does not say whether it is a file set's or a file's. */
async function findById(id: string, parts: FileLookup): Promise<StoredFile[]> {
  let refusal: AppError | undefined;
  try {
    const files = await listFiles(id, parts);
    if (files.length > 0) return files;
  } catch (thrown) {
    if (!isUnknown(thrown)) throw thrown;
    refusal = thrown;
  }
  try {
    return [await parts.fileStore.file(id, parts.signal)];
  } catch (thrown) {
    if (!isUnknown(thrown)) throw thrown;
    // The service listed no files, so it is a file set and not a file.
    if (refusal === undefined && idShape.test(id) && thrown.status !== 403) {
      parts.note(`${id}: ${noFilesYet}`);
      return [];
    }
    if (idShape.test(id)) throw refusal?.status === 403 ? refusal : thrown;
    throw new AppError({
      kind: "not-found",
      tried: `Looking for "${id}"`,
      answered:
        parts.names === undefined
          ? "no file set and no file has that id"
          : "no file set and no file has that name or id",
      advice:
        parts.names === undefined
          ? "For a name say where it is, with --bucket and --package."
          : "See cfs file-sets and cfs files.",
      cause: thrown,
    });
  }
}

function listFiles(id: string, { fileStore, signal }: FileLookup): Promise<StoredFile[]> {
  return allItems(fileStore.files(id, signal));
}

/** The service answers 400 to words that are not ids. */
function isUnknown(thrown: unknown): thrown is AppError {
  return thrown instanceof AppError && (thrown.kind === "not-found" || thrown.status === 400);
}

export const noFilesYet = "The file set has no files yet.";
