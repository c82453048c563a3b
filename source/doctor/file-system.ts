import { statfs } from "node:fs/promises";

/** A file system as far as settings and downloads depend on it. */
export interface FileSystem {
  /** "ext4", "nfs"; undefined where it is not known here. */
  name: string | undefined;
  /** True where other machines share it, so that locks depend on them. */
  isShared: boolean;
  /** True where it keeps no rights of files. */
  isWithoutRights: boolean;
  /** Bytes that this user may still write. */
  freeBytes: number;
}

interface Kind {
  name: string;
  isShared?: true;
  isWithoutRights?: true;
}

/** By the number that Linux gives them (statfs(2)). */
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

/** The file system of a folder that is there. */
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
