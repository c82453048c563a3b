import fileSystem from "node:fs";
import fs from "node:fs/promises";
import path from "node:path";
import { AppError } from "../../base/errors.ts";
import { fileNameKey, localFileName, numberedFileName } from "../../domain/file-name.ts";
import type { TransferRequest, VerifiedBy } from "../engine.ts";
import { readJournalHead } from "../part-file/journal.ts";
import { partPathsOf } from "../part-file/part-file.ts";

/** The final path of a file, or the complete file that exists already. */
export interface SettledPath {
  path: string;
  /** True if the complete file exists at `path`. */
  present: boolean;
  /** How a present file was verified. */
  verifiedBy?: VerifiedBy;
  /** True if the folder had neither the file nor anything of its download when it was listed. */
  fresh?: boolean;
}

/** Verifies that the file at `path` is the wanted one, complete; undefined if it is not. */
export type SameFile = (path: string, bytes: number) => Promise<VerifiedBy | undefined>;

export interface Destinations {
  /**
   * Reserves the first free name of "name", "name (2)", …; names that differ only in case count as equal. If
   * the request keeps its name, only that one: rejects with an AppError of kind disk if another file has it.
   * With `trustsListing` the cached folder listing decides; such files are checked again before they are saved.
   */
  settle(request: TransferRequest, isSame: SameFile, trustsListing: boolean): Promise<SettledPath>;
  /** Releases the path: another file may take its name if no file exists there. */
  leave(path: string): void;
}

interface Owner {
  fileId: string;
  path: string;
  isAtWork: boolean;
}

export function createDestinations(): Destinations {
  /** Owners by directory and name key. */
  const owners = new Map<string, Owner>();
  /** Serializes the files that want the same name. */
  const turns = new Map<string, Promise<unknown>>();
  /** Names by key of each directory, as first listed. */
  const listings = new Map<string, Promise<Map<string, string>>>();

  return {
    settle(request, isSame, trustsListing) {
      const wanted = localFileName(request.file.name);
      const key = keyOf(path.join(request.directory, wanted));
      const turn = (turns.get(key) ?? Promise.resolve())
        .catch(() => undefined)
        .then(() => settleNow(request, wanted, isSame, trustsListing))
        .finally(() => {
          if (turns.get(key) === turn) turns.delete(key);
        });
      turns.set(key, turn);
      return turn;
    },
    leave(released) {
      const owner = owners.get(keyOf(released));
      if (owner !== undefined) owner.isAtWork = false;
    },
  };

  async function settleNow(
    request: TransferRequest,
    wanted: string,
    isSame: SameFile,
    trustsListing: boolean,
  ): Promise<SettledPath> {
    const { file, directory, onto } = request;
    const own = (settled: string) => {
      owners.set(keyOf(settled), { fileId: file.fileId, path: settled, isAtWork: true });
    };
    if (onto !== undefined) {
      const settled = path.join(directory, onto);
      own(settled);
      return { path: settled, present: false };
    }
    const names = await (listings.get(directory) ?? list(directory));
    for (const name of namesFor(request, wanted)) {
      const settled = path.join(directory, name);
      if (isOfAnother(owners.get(keyOf(settled)), file.fileId)) continue;
      own(settled);
      const existing = names.get(fileNameKey(name));
      const left = Object.values(partPathsOf(name));
      const hasLeft = left.some((one) => names.has(fileNameKey(one)));
      if (trustsListing && existing === undefined && !hasLeft) {
        // Later requests must treat the name as taken.
        names.set(fileNameKey(name), name);
        return { path: settled, present: false, fresh: true };
      }
      const found = await look(request, name, existing ?? name, isSame).catch((thrown) => {
        owners.delete(keyOf(settled));
        throw thrown;
      });
      if (found !== undefined) return found;
      owners.delete(keyOf(settled));
    }
    throw takenError(path.join(directory, wanted));
  }

  function list(directory: string): Promise<Map<string, string>> {
    const listing = fs.readdir(directory).then(
      (names) => new Map(names.map((name) => [fileNameKey(name), name])),
      () => new Map<string, string>(),
    );
    listings.set(directory, listing);
    return listing;
  }
}

/** The names to try, without end unless the request keeps its name. */
function* namesFor({ keepsName = false }: TransferRequest, wanted: string): Generator<string> {
  yield wanted;
  for (let number = 2; !keepsName; number += 1) yield numberedFileName(wanted, number);
}

function keyOf(file: string): string {
  return `${path.dirname(file)}\0${fileNameKey(path.basename(file))}`;
}

/** A file that the user has moved elsewhere no longer occupies its name. */
function isOfAnother(owner: Owner | undefined, fileId: string): boolean {
  if (owner === undefined || owner.fileId === fileId) return false;
  return owner.isAtWork || sizeOf(owner.path) !== undefined;
}

/** The destination under `name`; undefined if another file occupies it as `existing`. */
async function look(
  { file, directory, overwrite = false, keepsName = false }: TransferRequest,
  name: string,
  existing: string,
  isSame: SameFile,
): Promise<SettledPath | undefined> {
  const free = { path: path.join(directory, name), present: false };
  const bytes = sizeOf(path.join(directory, existing));
  if (bytes === undefined) {
    const fetched = readJournalHead(partPathsOf(free.path).journal);
    const isFree = (fetched?.fileId ?? file.fileId) === file.fileId || (keepsName && overwrite);
    return isFree ? free : undefined;
  }
  if (bytes === "no file") return undefined;
  const replaces = overwrite && existing === name;
  // A decided name is overwritten only if the file is another, so that the same call can run again.
  if (overwrite && !keepsName) return replaces ? free : undefined;
  const present = path.join(directory, existing);
  const verifiedBy = await isSame(present, bytes);
  if (verifiedBy !== undefined) return { path: present, present: true, verifiedBy };
  return replaces ? free : undefined;
}

function takenError(file: string): AppError {
  return new AppError({
    kind: "disk",
    tried: `Saving ${file}`,
    answered: "another file has this name, or is being downloaded under it",
    advice: "Move it away, or use --overwrite.",
  });
}

/** Size in bytes, undefined if nothing exists; a synchronous call is cheaper than another thread. */
function sizeOf(file: string): number | "no file" | undefined {
  const quiet = { throwIfNoEntry: false } as const;
  // A broken link belongs to the user and occupies its name.
  const found = fileSystem.statSync(file, quiet) ?? fileSystem.lstatSync(file, quiet);
  return found?.isFile() === false ? "no file" : found?.size;
}
