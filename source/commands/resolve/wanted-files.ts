import { allItems, type FileStore } from "../../api/service.ts";
import { mapConcurrently } from "../../base/concurrency.ts";
import { AppError } from "../../base/errors.ts";
import type { FileSet, StoredFile } from "../../domain/entities.ts";
import { resultOrFailure } from "../console/reported-failures.ts";
import type { NameSearch } from "./find-by-name.ts";

/** Groups of 4-4-8-4-12 hex digits: what every id looks like that was seen so far. */
const idShape = /^[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const lookUpsAtATime = 4;

export interface FileLookup {
  fileStore: FileStore;
  /** Undefined where no bucket is named: all words are ids then. */
  names: NameSearch | undefined;
  signal: AbortSignal;
  /** Something that is worth knowing about what was found. */
  note(text: string): void;
}

/** The files that ids and names stand for, or why a word stands for none; in the words' order. */
export function wantedFiles(
  words: AsyncIterable<string> | Iterable<string>,
  parts: FileLookup,
): AsyncGenerator<StoredFile[] | AppError> {
  return mapConcurrently(words, lookUpsAtATime, (word) =>
    resultOrFailure(() => findFiles(word, parts)),
  );
}

/** All files of a file set. */
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

/** An id does not tell whether it is a file set's or a file's. */
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
    // Its files were listed, none: it is a file set, and no file.
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

/** The service refuses words that are no ids with 400. */
function isUnknown(thrown: unknown): thrown is AppError {
  return thrown instanceof AppError && (thrown.kind === "not-found" || thrown.status === 400);
}

/** Said of a file set in which nothing is listed. */
export const noFilesYet = "The file set has no files yet.";
