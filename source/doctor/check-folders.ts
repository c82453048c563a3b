import { constants, type Stats } from "node:fs";
import { access, stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { errnoOf } from "../base/errors.ts";
import { readableBytes } from "../domain/readable.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";

/** With less space a download of the usual size may fill the disk. */
const littleBytes = 1_000_000_000;

/** The folder of cached listings and compiled code; deleting it is safe. */
export async function checkCache(directory: string): Promise<Finding> {
  const check = "cache";
  const nearest = await nearestFolder(directory);
  const rights = await rightsOf(nearest).catch(() => undefined);
  if (rights?.isUsable) {
    const isThere = nearest === directory;
    return ok(
      check,
      isThere ? directory : `${directory} does not exist yet; it is created when needed`,
    );
  }
  return warning(
    check,
    `${nearest} cannot be written to`,
    "Everything works without it, only slower: make it writable, or set CFS_CONFIG_DIR.",
  );
}

/** `chosen` is the download folder of the terminal program, `startedIn` the working directory. */
export async function checkDestination(
  chosen: string | undefined,
  startedIn: string,
): Promise<Finding> {
  const check = "downloads";
  const directory = chosen ?? startedIn;
  const how = "Choose another folder: o in the program, -o DIR with a command.";
  const rights = await rightsOf(directory).catch(() => undefined);
  if (rights === undefined) return warning(check, `${directory} does not exist`, how);
  const found = rights.isDirectory
    ? `${directory} cannot be written to`
    : `${directory} is not a folder`;
  if (!rights.isDirectory || !rights.isUsable) {
    // The working directory is only a default; a command can name another folder.
    return chosen === undefined ? warning(check, found, how) : problem(check, "disk", found, how);
  }
  const { freeBytes, name } = await fileSystemOf(directory);
  const free = `${directory}, ${readableBytes(freeBytes)} free${name === undefined ? "" : ` on ${name}`}`;
  return freeBytes < littleBytes
    ? warning(check, free, `Free some space. ${how}`)
    : ok(check, free);
}

export interface FileSystem {
  /** "ext4" or "nfs"; undefined if unknown. */
  name: string | undefined;
  /** Shared with other machines, on which locks then depend. */
  isShared: boolean;
  /** Does not store file permissions. */
  isWithoutRights: boolean;
  freeBytes: number;
}

interface Kind {
  name: string;
  isShared?: true;
  isWithoutRights?: true;
}

/** By the magic number of Linux (statfs(2)). */
const kinds: ReadonlyMap<number, Kind> = new Map([
  [0xef53, { name: "ext4" }],
  [0x58465342, { name: "xfs" }],
  [0x9123683e, { name: "btrfs" }],
  [0x2fc12fc1, { name: "zfs" }],
  [0x01021994, { name: "tmpfs" }],
  [0x794c7630, { name: "overlay" }],
  [0xf2f52010, { name: "f2fs" }],
  [0x6969, { name: "nfs", isShared: true }],
  [0xff534d42, { name: "cifs", isShared: true }],
  [0xfe534d42, { name: "smb", isShared: true }],
  [0x517b, { name: "smb", isShared: true }],
  [0x00c36400, { name: "ceph", isShared: true }],
  [0x0bd00bd0, { name: "lustre", isShared: true }],
  [0x65735546, { name: "fuse" }],
  [0x01021997, { name: "9p", isShared: true }],
  [0x4d44, { name: "vfat", isWithoutRights: true }],
  [0x2011bab0, { name: "exfat", isWithoutRights: true }],
  [0x5346544e, { name: "ntfs", isWithoutRights: true }],
] satisfies [number, Kind][]);

export async function fileSystemOf(directory: string): Promise<FileSystem> {
  const { type, bavail, bsize } = await statfs(directory);
  const kind = process.platform === "linux" ? kinds.get(type >>> 0) : undefined;
  return {
    name: kind?.name,
    isShared: kind?.isShared ?? false,
    isWithoutRights: kind?.isWithoutRights ?? false,
    freeBytes: bavail * bsize,
  };
}

export interface Rights {
  isDirectory: boolean;
  /** The lowest nine bits. */
  mode: number;
  /** False if it belongs to another user; always true on Windows. */
  isOwn: boolean;
  isUsable: boolean;
}

/** Undefined if it does not exist. Rejects with any other system error. */
export async function rightsOf(path: string): Promise<Rights | undefined> {
  const found: Stats | undefined = await stat(path).catch((thrown: unknown) => {
    if (errnoOf(thrown) === "ENOENT") return undefined;
    throw thrown;
  });
  if (found === undefined) return undefined;
  const own = process.getuid?.();
  return {
    isDirectory: found.isDirectory(),
    mode: found.mode & 0o777,
    isOwn: own === undefined || own === found.uid,
    isUsable: await isUsable(path),
  };
}

function isUsable(path: string): Promise<boolean> {
  return access(path, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
}

/** The folder itself, or its nearest parent that exists. */
export async function nearestFolder(path: string): Promise<string> {
  const found = await rightsOf(path).catch(() => undefined);
  return found?.isDirectory || dirname(path) === path ? path : nearestFolder(dirname(path));
}

/** Octal, as for chmod: "0600". */
export function writtenMode(mode: number): string {
  return `0${mode.toString(8).padStart(3, "0")}`;
}
