import picomatch from "picomatch/posix.js";
import { allItems, type FileStore, requestsAtATime } from "../../api/service.ts";
import { mapConcurrently } from "../../base/concurrency.ts";
import { deliveryFormats } from "../../domain/deliveries/name.ts";
import type { FileSet, StoredFile } from "../../domain/entities.ts";
import { createSelection, type Selection, selectedKinds } from "../../domain/selection.ts";
import { usageError } from "../console/usage-error.ts";
import type { SelectionOptions } from "./selection-options.ts";

/** The selection by name. Throws an AppError of kind usage for an invalid option. */
export function readSelection(options: SelectionOptions): Selection {
  const kind = readWord("--kind", options.kind, selectedKinds);
  const format = readWord("--format", options.format, deliveryFormats);
  const series = options.series === undefined ? undefined : globMatcher(options.series);
  return createSelection({
    kind,
    format,
    series,
    fileName: readFileName(options),
    key: keyOf({ kind, format, ...options }),
  });
}

function readFileName({ include, exclude }: SelectionOptions) {
  if (include === undefined && exclude === undefined) return undefined;
  const included = include?.map(globMatcher);
  const excluded = (exclude ?? []).map(globMatcher);
  return (name: string) =>
    (included?.some((matches) => matches(name)) ?? true) &&
    !excluded.some((matches) => matches(name));
}

function keyOf({ kind, format, include, exclude }: SelectionOptions): string {
  const words = { kind, format, include: include?.toSorted(), exclude: exclude?.toSorted() };
  return Object.values(words).some((word) => word !== undefined) ? JSON.stringify(words) : "";
}

/** Whole names, in any case. A glob without wildcards is a plain name, which may contain parentheses. */
function globMatcher(glob: string): (name: string) => boolean {
  if (!/[*?[{]|[@!+]\(/.test(glob)) {
    const plain = glob.toLowerCase();
    return (name) => name.toLowerCase() === plain;
  }
  try {
    return picomatch(glob, { bash: true, dot: true, nocase: true, nonegate: true });
  } catch {
    throw usageError("the glob is too long", "Use a shorter one.", "Matching names");
  }
}

function readWord<Word extends string>(
  option: string,
  text: string | undefined,
  words: readonly Word[],
): Word | undefined {
  if (text === undefined) return undefined;
  const word = words.find((known) => known === text.toLowerCase());
  if (word !== undefined) return word;
  const choices = `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
  throw usageError(`"${text}" is not a known value`, `Use ${choices}.`, `Reading ${option}`);
}

export interface SelectedFileSet {
  fileSet: FileSet;
  /** The selected files, if they had to be listed. */
  files?: StoredFile[];
}

/** The selected ones of `fileSets`, in their order. Lists the files of those that only these decide. */
export async function* selectedFileSets(
  fileSets: AsyncIterable<FileSet> | Iterable<FileSet>,
  selection: Selection,
  fileStore: FileStore,
  signal: AbortSignal,
): AsyncGenerator<SelectedFileSet> {
  const looked = mapConcurrently(
    fileSets,
    requestsAtATime,
    async (fileSet): Promise<SelectedFileSet | undefined> => {
      const extent = selection.fileSet(fileSet);
      if (extent !== "some") return extent === "all" ? { fileSet } : undefined;
      const listed = await allItems(fileStore.files(fileSet.id, signal));
      const files = listed.filter((file) => selection.file(file, fileSet));
      return files.length > 0 ? { fileSet, files } : undefined;
    },
  );
  for await (const selected of looked) if (selected !== undefined) yield selected;
}
