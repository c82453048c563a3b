import { AppError } from "../base/errors.ts";
import type { FileSet, StoredFile } from "../domain/entities.ts";
import { localFileName } from "../domain/file-name.ts";
import { counted } from "../domain/readable.ts";
import type { Selection } from "../domain/selection.ts";
import type { FileView, FolderState } from "./folder-state.ts";
import { type Fact, type FileRecord, filesIn, type Manifest } from "./manifest.ts";
import { staysNote } from "./prune.ts";

export interface MissingFile {
  file: StoredFile;
  fileSet: FileSet;
  /** Name of the damaged or outdated file to replace. */
  onto?: string;
  /** True if the previous file was changed locally, so that the new one is saved beside it. */
  isBeside?: boolean;
}

export type ListedFileSet = { fileSet: FileSet; files: readonly StoredFile[] } | AppError;

/** Tracks the files of file sets and records in the manifest when all have arrived. */
export interface Arrivals {
  /** Yields the files to fetch. */
  missing(listed: AsyncIterable<ListedFileSet>): AsyncGenerator<MissingFile>;
  /** Records a file in the folder; `isNew` if this run fetched it. */
  arrived(file: Omit<FileRecord, "brought" | "modified">, isNew: boolean): void;
}

export interface ArrivalsParts {
  view: Pick<FileView, "isFree">;
  selection: Selection;
  manifest: Manifest;
  disk: FolderState;
  record(fact: Fact): void;
  fail(error: AppError): void;
  /** Receives notes as sentences. */
  note(text: string): void;
}

export function createArrivals(parts: ArrivalsParts): Arrivals {
  const { view, selection, manifest, disk, record, fail, note } = parts;
  /** File set id → ids of missing files. */
  const awaited = new Map<string, Set<string>>();
  /** File id → listed file that is being fetched. */
  const listedFiles = new Map<string, StoredFile>();

  const completeIfSo = (fileSetId: string) => {
    if (awaited.get(fileSetId)?.size !== 0) return;
    awaited.delete(fileSetId);
    const fileSet = manifest.fileSets.get(fileSetId);
    const isWhole = fileSet === undefined || selection.fileSet(fileSet) === "all";
    record({ fact: "complete", fileSetId, part: isWhole ? undefined : selection.key });
  };

  const begin = (fileSet: FileSet, files: readonly StoredFile[]) => {
    const before = manifest.fileSets.get(fileSet.id);
    const records = filesIn(manifest, fileSet.id);
    const isFree = ({ filename }: StoredFile) => view.isFree(localFileName(filename));
    const free = files.filter((file) => isFree(file)).map((file) => file.id);
    const awaitedIds = [...new Set([...(before?.awaited ?? []), ...free])].filter(
      (fileId) => !records.has(fileId),
    );
    const { id, name, packageId, contentFrom, contentTo, created, modified } = fileSet;
    const facts = { id, name, packageId, contentFrom, contentTo, created, modified };
    const known = before?.modified === modified ? before?.parts : undefined;
    const fileSetRecord = { ...facts, complete: false, awaited: awaitedIds, parts: known };
    record({ fact: "begun", fileSet: fileSetRecord });
  };

  const missingOf = async (fileSet: FileSet, files: readonly StoredFile[]) => {
    const records = filesIn(manifest, fileSet.id);
    const found: MissingFile[] = [];
    for (const file of files) {
      const known = records.get(file.id);
      const state = known === undefined ? "missing" : await disk.stateOf(known);
      if (state === "present" && !(known && isReplaced(known, file))) continue;
      listedFiles.set(file.id, file);
      if (known === undefined || state === "missing") found.push({ file, fileSet });
      else if (await disk.mayReplace(known)) found.push({ file, fileSet, onto: known.name });
      else {
        note(staysNote(known));
        found.push({ file, fileSet, isBeside: true });
      }
    }
    return found;
  };

  return {
    async *missing(listed) {
      for await (const found of listed) {
        if (found instanceof AppError) {
          fail(found);
          continue;
        }
        const { fileSet, files } = found;
        const selected = files.filter((file) => selection.file(file, fileSet));
        const missing = await missingOf(fileSet, selected);
        begin(fileSet, selected);
        if (files.length < fileSet.numFiles) fail(shortError(fileSet, files.length));
        else {
          awaited.set(fileSet.id, new Set(missing.map(({ file }) => file.id)));
          completeIfSo(fileSet.id);
        }
        yield* missing;
      }
    },
    arrived(file, isNew) {
      const fileSet = manifest.fileSets.get(file.fileSetId);
      const before = filesIn(manifest, file.fileSetId).get(file.fileId);
      const brought =
        isNew || before?.brought === true || fileSet?.awaited.includes(file.fileId) === true;
      const { modified } = listedFiles.get(file.fileId) ?? {};
      listedFiles.delete(file.fileId);
      record({ fact: "there", file: { ...file, modified, brought } });
      awaited.get(file.fileSetId)?.delete(file.fileId);
      completeIfSo(file.fileSetId);
    },
  };
}

/** True if the service lists another version than the fetched one. */
function isReplaced(known: FileRecord, { md5, modified }: StoredFile): boolean {
  if (known.md5 !== undefined && md5 !== undefined) return known.md5 !== md5;
  return known.modified !== undefined && modified !== undefined && known.modified !== modified;
}

function shortError({ name, numFiles }: FileSet, listed: number): AppError {
  return new AppError({
    kind: "service",
    tried: `Listing the files of ${name}`,
    answered: `the service reports ${counted(numFiles, "file")} but lists ${listed}`,
    advice: "The listed files are downloaded. Sync again later for the others.",
  });
}
