import fs from "node:fs";
import path from "node:path";
import { isAbort } from "../base/errors.ts";
import { sha256Of } from "../files/sha256.ts";
import { type FileRecord, filesIn, type Manifest } from "./manifest.ts";

/** The state of a folder's files; each file is checked once. */
export interface FolderState {
  stateOf(record: FileRecord): Promise<FileState>;
  /** True if the file on disk may be overwritten: its bytes are as fetched, or repair was requested. */
  mayReplace(record: FileRecord): Promise<boolean>;
  /** True if the selected files of the file set were complete and all its files exist. */
  isComplete(fileSetId: string): boolean;
  /** Files among those checked at the start whose content has changed. */
  damaged: readonly FileRecord[];
}

/** Where the files are, in a folder or elsewhere. */
export interface FileView {
  /** Compares sizes without reading. */
  bySize(name: string, bytes: number): FileState;
  /** Also compares content. Rejects with an AbortError. */
  byContent(record: FileRecord, signal: AbortSignal): Promise<FileState>;
  /** True if nothing has the name. */
  isFree(name: string): boolean;
}

export interface FolderStateOptions {
  view: FileView;
  manifest: Manifest;
  /** Also reads the bytes, and repairs damaged files. */
  verify: boolean;
  /** Without it, all files are selected. */
  selectionKey?: string;
  signal: AbortSignal;
}

/** Checks the files of these file sets. Rejects with an AbortError or a disk error. */
export async function readFolderState(
  fileSetIds: Iterable<string>,
  { view, manifest, verify, selectionKey = "", signal }: FolderStateOptions,
): Promise<FolderState> {
  const states = new Map<string, FileState>();
  const bySize = ({ name, bytes }: FileRecord) => view.bySize(name, bytes);
  const stateOf = async (record: FileRecord): Promise<FileState> => {
    const state =
      states.get(record.fileId) ?? (verify ? await view.byContent(record, signal) : bySize(record));
    states.set(record.fileId, state);
    return state;
  };
  const damaged: FileRecord[] = [];
  for (const id of fileSetIds) {
    for (const record of filesIn(manifest, id).values())
      if ((await stateOf(record)) === "damaged") damaged.push(record);
  }
  return {
    damaged,
    stateOf,
    async mayReplace(record) {
      if (!record.brought) return false;
      if (verify) return (await stateOf(record)) !== "missing";
      return (await view.byContent(record, signal)) === "present";
    },
    isComplete: (fileSetId) =>
      isFileSetComplete(
        fileSetId,
        manifest,
        selectionKey,
        (record) => (states.get(record.fileId) ?? bySize(record)) === "present",
      ),
  };
}

/** True if the selected files of the file set were complete and all its files exist. */
export function isFileSetComplete(
  fileSetId: string,
  manifest: Manifest,
  selectionKey: string,
  exists: (record: FileRecord) => boolean,
): boolean {
  const known = manifest.fileSets.get(fileSetId);
  if (!known?.complete && !known?.parts?.includes(selectionKey)) return false;
  return [...filesIn(manifest, fileSetId).values()].every(exists);
}

export function viewOfFolder(directory: string): FileView {
  return {
    bySize: (name, bytes) => stateBySize(path.join(directory, name), bytes),
    byContent: (record, signal) => stateByBytes(directory, record, signal),
    isFree: (name) => isFreeName(path.join(directory, name)),
  };
}

/** False also if the disk does not answer: a file of the user must never count as one that `sync` fetched. */
function isFreeName(file: string): boolean {
  try {
    return fs.lstatSync(file, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}

/** Whether the expected file, no file or another one exists. */
export type FileState = "present" | "missing" | "damaged";

/** Compares sizes without reading. */
export function stateBySize(file: string, bytes: number): FileState {
  const found = statOf(file);
  if (found === undefined || !found.isFile()) return "missing";
  return found.size === bytes ? "present" : "damaged";
}

/** An unreachable file counts as missing; fetching it reports the cause. */
function statOf(file: string): fs.Stats | undefined {
  try {
    return fs.statSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Also compares bytes; an unreadable file counts as damaged. Rejects with an AbortError. */
export async function stateByBytes(
  directory: string,
  record: FileRecord,
  signal: AbortSignal,
): Promise<FileState> {
  const file = path.join(directory, record.name);
  const state = stateBySize(file, record.bytes);
  if (state !== "present") return state;
  try {
    return (await sha256Of(file, signal)) === record.sha256 ? "present" : "damaged";
  } catch (thrown) {
    if (isAbort(thrown)) throw thrown;
    return "damaged";
  }
}
