import { allItems, type FileStore } from "../../api/service.ts";
import { AppError } from "../../base/errors.ts";
import type { StoredFile } from "../../domain/entities.ts";
import type { Selection } from "../../domain/selection.ts";
import type { NameSearch } from "./find-by-name.ts";

/** Groups of 4-4-8-4-12 hex digits, as in every id seen so far. */
export const idShape = /^[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const noFilesYet = "The file set has no files yet.";

export interface FileLookup {
  fileStore: FileStore;
  /** Undefined without a bucket, when all arguments are ids. */
  names: NameSearch | undefined;
  /** Which of the files that an id or name stands for are taken. */
  selection: Selection;
  signal: AbortSignal;
  warn(text: string): void;
  /** Reports what does not keep the files from being taken. */
  fail(error: AppError): void;
}

/** Finds files by an id, whose form does not show whether it belongs to a file set or a file. */
export interface IdSearch {
  find(id: string): Promise<StoredFile[]>;
}

/** The service's answer to an id as a file set or as a file; an AppError means that it knows no such id. */
type Answer = StoredFile[] | AppError;

interface Answers {
  listed: Answer;
  record: Answer;
}

/**
 * Requests the first id as a file set and as a file at the same time. The other ids wait for that answer;
 * each is then requested first as the kind found last, because the ids of one call are mostly of one kind.
 */
export function createIdSearch(lookup: Omit<FileLookup, "selection" | "fail">): IdSearch {
  const { fileStore, signal } = lookup;
  let first: Promise<unknown> | undefined;
  let areFiles = false;

  const list = (id: string, until = signal) => unlessUnknown(allItems(fileStore.files(id, until)));
  const look = (id: string, until = signal) =>
    unlessUnknown(fileStore.file(id, until).then((file) => [file]));

  async function asBoth(id: string): Promise<StoredFile[]> {
    const ending = new AbortController();
    const until = AbortSignal.any([signal, ending.signal]);
    const listed = list(id, until);
    const record = look(id, until);
    try {
      return await Promise.any([listed.then(someFiles), record.then(someFiles)]).catch(async () =>
        noFiles(id, { listed: await listed, record: await record }, lookup),
      );
    } finally {
      ending.abort();
    }
  }

  async function inTurn(id: string): Promise<StoredFile[]> {
    const [ask, askNext] = areFiles ? [look, list] : [list, look];
    const answer = await ask(id);
    if (hasFiles(answer)) return answer;
    const next = await askNext(id);
    if (hasFiles(next)) return next;
    const [listed, record] = areFiles ? [next, answer] : [answer, next];
    return noFiles(id, { listed, record }, lookup);
  }

  async function remembered(finding: Promise<StoredFile[]>, id: string): Promise<StoredFile[]> {
    const files = await finding;
    if (files.length > 0) areFiles = files.some((file) => file.id === id);
    return files;
  }

  return {
    find(id) {
      const finding = first === undefined ? asBoth(id) : first.then(() => inTurn(id));
      const found = remembered(finding, id);
      first ??= found.catch(() => undefined);
      return found;
    },
  };
}

/** Throws if the service knows no files for the id. */
function noFiles(
  id: string,
  { listed, record }: Answers,
  { names, warn }: Pick<FileLookup, "names" | "warn">,
): StoredFile[] {
  const isFileSet = !(listed instanceof AppError);
  if (!(record instanceof AppError)) return record;
  if (isFileSet && idShape.test(id) && record.status !== 403) {
    warn(`${id}: ${noFilesYet}`);
    return [];
  }
  if (idShape.test(id) && !isFileSet && listed.status === 403) throw listed;
  if (idShape.test(id)) {
    const advice = "Check the id: no file set and no file that is available now has it.";
    throw record.status === 404 ? record.withFacts({ tried: `Looking for ${id}`, advice }) : record;
  }
  throw unknownWord(id, names, record);
}

/** The error for a word that does not have the form of an id and that nothing has as its name or id. */
function unknownWord(word: string, names: NameSearch | undefined, cause: AppError): AppError {
  const isId = names === undefined;
  return new AppError({
    kind: "not-found",
    tried: `Looking for "${word}"`,
    answered: isId
      ? "no file set and no file has that id"
      : "no file set and no file has that name or id",
    advice: isId ? "For a name, add --bucket and --package." : "See cfs file-sets and cfs files.",
    cause,
  });
}

/** Runs `work`; if the service does not know `word`, which may be meant as a name, rejects with an error that says so. */
export async function explainUnknown<Result>(
  word: string,
  names: NameSearch | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (thrown) {
    throw isUnknown(thrown) && !idShape.test(word) ? unknownWord(word, names, thrown) : thrown;
  }
}

function hasFiles(answer: Answer): answer is StoredFile[] {
  return !(answer instanceof AppError) && answer.length > 0;
}

function someFiles(answer: Answer): StoredFile[] {
  if (hasFiles(answer)) return answer;
  throw new Error("no files");
}

async function unlessUnknown(asking: Promise<StoredFile[]>): Promise<Answer> {
  try {
    return await asking;
  } catch (thrown) {
    if (isUnknown(thrown)) return thrown;
    throw thrown;
  }
}

/** The service answers 400 if a word does not have the form of an id. */
function isUnknown(thrown: unknown): thrown is AppError {
  return thrown instanceof AppError && (thrown.kind === "not-found" || thrown.status === 400);
}
