import { allItems } from "../../api/service.ts";
import { mapConcurrently } from "../../base/concurrency.ts";
import type { AppError } from "../../base/errors.ts";
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

const lookUpsAtATime = 4;

/** The files or the failure of each id or name, in the order of the arguments. */
export function wantedFiles(
  words: AsyncIterable<string> | Iterable<string>,
  parts: FileLookup,
): AsyncGenerator<StoredFile[] | AppError> {
  const ids = createIdSearch(parts);
  return mapConcurrently(words, lookUpsAtATime, (word) =>
    resultOrFailure(() => findFiles(word, ids, parts)),
  );
}

export async function filesOf(
  fileSet: FileSet,
  { fileStore, note, signal }: Pick<FileLookup, "fileStore" | "note" | "signal">,
): Promise<StoredFile[]> {
  if (fileSet.status !== "READY")
    note(`${fileSet.name} is ${fileSet.status}: more files may come.`);
  const files = await allItems(fileStore.files(fileSet.id, signal));
  if (files.length < fileSet.numFiles) {
    note(`${fileSet.name} tells of ${fileSet.numFiles} files and lists ${files.length}.`);
  } else if (files.length === 0) note(`${fileSet.name}: ${noFilesYet}`);
  return files;
}

async function findFiles(word: string, ids: IdSearch, parts: FileLookup): Promise<StoredFile[]> {
  if (parts.names !== undefined && !idShape.test(word)) {
    const named = await parts.names.find(word);
    if (named?.kind === "file set")
      return selected(word, await filesOf(named.fileSet, parts), named.fileSet, parts);
    if (named?.kind === "file") return selected(word, [named.file], named.fileSet, parts);
  }
  return selected(word, await ids.find(word), undefined, parts);
}

/** The selected ones of the files that `word` stands for. */
export function selected(
  word: string,
  files: StoredFile[],
  fileSet: FileSet | undefined,
  { selection, note }: Pick<FileLookup, "selection" | "note">,
): StoredFile[] {
  const found = files.filter((file) => selection.file(file, fileSet));
  if (found.length === 0 && files.length > 0)
    note(`${word}: the selection leaves out ${allOf(files.length)}.`);
  return found;
}

function allOf(count: number): string {
  return count === 1 ? "the file" : `all ${counted(count, "file")}`;
}
