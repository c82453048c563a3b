import fileSystem from "node:fs";
import fs from "node:fs/promises";
import path from "node:path";
import { fileNameKey, localFileName, numberedFileName } from "../../domain/file-name.ts";
import type { TransferRequest, VerifiedBy } from "../engine.ts";
import { readJournalHead } from "../part-file/journal-records.ts";
import { partPathsOf } from "../part-file/part-file.ts";

/** Where a file goes: its final path, or the complete file that stands there already. */
export interface Destination {
  path: string;
  /** True: `path` is that very file, complete; nothing is to be fetched. */
  present: boolean;
  /** What showed that it is that file, where it is present. */
  verifiedBy?: VerifiedBy;
  /** True: nothing of that name, whole or partial, stood there when the folder was last listed. */
  fresh?: boolean;
}

/** Says what shows that the file at `path` is the wanted one, complete; undefined where it is another. */
export type SameFile = (path: string, bytes: number) => Promise<VerifiedBy | undefined>;

export interface Destinations {
  /**
   * Settles the name of a file for as long as this object lives: the first of "name", "name (2)", …
   * that no other file has. Two names that differ in case only are one name, as on many disks.
   * With `trusts` a name that was not in the folder when that was listed is taken for free: for files
   * that are looked for once more before they are saved.
   */
  settle(request: TransferRequest, isSame: SameFile, trusts: boolean): Promise<Destination>;
  /** Nothing works on the path any more: another file may have its name once nothing stands there. */
  leave(path: string): void;
}

interface Owner {
  fileId: string;
  path: string;
  works: boolean;
}

export function createDestinations(): Destinations {
  /** Directory and name key → the file that has the name. */
  const owners = new Map<string, Owner>();
  /** Files that want the same name are settled one after the other. */
  const turns = new Map<string, Promise<unknown>>();
  /** Directory → its names by key, as they were when it was first listed. */
  const listings = new Map<string, Promise<Map<string, string>>>();

  return {
    settle(request, isSame, trusts) {
      const wanted = localFileName(request.file.name);
      const key = keyOf(path.join(request.directory, wanted));
      const turn = (turns.get(key) ?? Promise.resolve())
        .catch(() => undefined)
        .then(() => settleNow(request, wanted, isSame, trusts))
        .finally(() => {
          if (turns.get(key) === turn) turns.delete(key);
        });
      turns.set(key, turn);
      return turn;
    },
    leave(left) {
      const owner = owners.get(keyOf(left));
      if (owner !== undefined) owner.works = false;
    },
  };

  async function settleNow(
    request: TransferRequest,
    wanted: string,
    isSame: SameFile,
    trusts: boolean,
  ): Promise<Destination> {
    const { file, directory, onto } = request;
    const own = (settled: string) => {
      owners.set(keyOf(settled), { fileId: file.fileId, path: settled, works: true });
    };
    if (onto !== undefined) {
      const settled = path.join(directory, onto);
      own(settled);
      return { path: settled, present: false };
    }
    const names = await (listings.get(directory) ?? list(directory));
    for (let number = 1; ; number += 1) {
      const name = number === 1 ? wanted : numberedFileName(wanted, number);
      const settled = path.join(directory, name);
      if (isOfAnother(owners.get(keyOf(settled)), file.fileId)) continue;
      own(settled);
      const standing = names.get(fileNameKey(name));
      if (trusts && standing === undefined && !names.has(fileNameKey(partPathsOf(name).journal))) {
        // From now on it may stand there.
        names.set(fileNameKey(name), name);
        return { path: settled, present: false, fresh: true };
      }
      const found = await look(request, name, standing ?? name, isSame).catch((thrown) => {
        owners.delete(keyOf(settled));
        throw thrown;
      });
      if (found !== undefined) return found;
      owners.delete(keyOf(settled));
    }
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

function keyOf(file: string): string {
  return `${path.dirname(file)}\0${fileNameKey(path.basename(file))}`;
}

/** What a user has moved away since takes no name. */
function isOfAnother(owner: Owner | undefined, fileId: string): boolean {
  if (owner === undefined || owner.fileId === fileId) return false;
  return owner.works || sizeOf(owner.path) !== undefined;
}

/** The destination `name` would make; undefined where another file stands there as `standing`. */
async function look(
  { file, directory, overwrite = false }: TransferRequest,
  name: string,
  standing: string,
  isSame: SameFile,
): Promise<Destination | undefined> {
  const free = { path: path.join(directory, name), present: false };
  const bytes = sizeOf(path.join(directory, standing));
  if (bytes === undefined) {
    const fetched = readJournalHead(partPathsOf(free.path).journal);
    return (fetched?.fileId ?? file.fileId) === file.fileId ? free : undefined;
  }
  if (bytes === "no file") return undefined;
  if (overwrite) return standing === name ? free : undefined;
  const present = path.join(directory, standing);
  const verifiedBy = await isSame(present, bytes);
  return verifiedBy && { path: present, present: true, verifiedBy };
}

/** Size in bytes; undefined: nothing is there. Asked in this thread: another would cost more than the answer. */
function sizeOf(file: string): number | "no file" | undefined {
  const found = fileSystem.statSync(file, { throwIfNoEntry: false });
  if (found === undefined) {
    // A link that leads nowhere is the user's still.
    const link = fileSystem.lstatSync(file, { throwIfNoEntry: false });
    return link === undefined ? undefined : "no file";
  }
  return found.isFile() ? found.size : "no file";
}
