import {
  allItems,
  type FileSetFilter,
  type FileStore,
  requestsAtATime,
} from "../../api/service.ts";
import { mapConcurrently } from "../../base/concurrency.ts";
import type { FileSet, StoredFile } from "../../domain/entities.ts";
import { newestFirst } from "../../domain/ordering.ts";
import type { Selection } from "../../domain/selection.ts";
import { usageError } from "../console/usage-error.ts";
import { candidatesOf } from "./file-set-filter.ts";

interface NamedFile {
  kind: "file";
  file: StoredFile;
  fileSet: FileSet;
}

type Named = { kind: "file set"; fileSet: FileSet } | NamedFile;

/** Finds file sets and files by name in a bucket or package, whose file sets are listed once. */
export interface NameSearch {
  /**
   * The file set with that name or with a name that contains it; without one, the file with that name.
   * Case-insensitive. Rejects with an AppError of kind usage if several match.
   */
  find(name: string): Promise<Named | undefined>;
}

/** Looks names up among the file sets that the selection does not rule out. */
export function createNameSearch(
  filter: FileSetFilter,
  selection: Selection,
  fileStore: FileStore,
  signal: AbortSignal,
): NameSearch {
  let listed: Promise<FileSet[]> | undefined;

  async function listFileSets(): Promise<FileSet[]> {
    const all = await allItems(fileStore.fileSets(filter, signal));
    return all.filter((fileSet) => selection.fileSet(fileSet) !== "none").sort(newestFirst);
  }

  /** A file's name contains its file set's date, which limits the file sets to search. */
  async function findFiles(name: string, fileSets: readonly FileSet[]): Promise<NamedFile[]> {
    const date = /\d{4}-\d{2}-\d{2}/.exec(name)?.[0];
    const dated = fileSets.filter((fileSet) => date !== undefined && fileSet.name.includes(date));
    const found = await filesNamed(name, dated);
    if (found.length > 0) return found;
    const others = fileSets.filter((fileSet) => !dated.includes(fileSet));
    return filesNamed(name, others);
  }

  async function filesNamed(name: string, fileSets: readonly FileSet[]): Promise<NamedFile[]> {
    const wanted = name.toLowerCase();
    const found: NamedFile[] = [];
    const listings = mapConcurrently(fileSets, requestsAtATime, async (fileSet) => {
      const files = await allItems(fileStore.files(fileSet.id, signal));
      const named = files.filter(({ filename }) => filename.toLowerCase() === wanted);
      return named.map((file): NamedFile => ({ kind: "file", file, fileSet }));
    });
    for await (const named of listings) found.push(...named);
    return found;
  }

  return {
    async find(name) {
      listed ??= listFileSets();
      const fileSets = await listed;
      const wanted = name.toLowerCase();
      const exact = fileSets.filter((fileSet) => fileSet.name.toLowerCase() === wanted);
      const [fileSet] = only(name, exact, ({ name: full, id }) => `${full} (${id})`);
      if (fileSet !== undefined) return { kind: "file set", fileSet };
      const partly = fileSets.filter((candidate) => candidate.name.toLowerCase().includes(wanted));
      const [part] = only(name, partly, ({ name: full, id }) => `${full} (${id})`);
      if (part !== undefined) return { kind: "file set", fileSet: part };
      const inFiles = await findFiles(name, fileSets);
      const [named] = only(name, inFiles, ({ file: { filename, id } }) => `${filename} (${id})`);
      return named;
    },
  };
}

function only<Item>(
  name: string,
  found: readonly Item[],
  show: (item: Item) => string,
): readonly Item[] {
  if (found.length < 2) return found;
  throw usageError(
    candidatesOf(found.map(show)),
    "Give more of the name, or an id.",
    `Looking for "${name}"`,
  );
}
