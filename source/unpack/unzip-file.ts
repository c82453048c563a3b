import { lstat, mkdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { syncDirectory, unlessMissing } from "../files/disk.ts";
import { freePath } from "../files/free-name.ts";
import { createDiskSpace } from "../files/free-space.ts";
import { removeLeftovers } from "../files/leftovers.ts";
import { takeLock } from "../files/lock.ts";
import { makeFolder } from "../files/make-folder.ts";
import { readZipDirectory, type ZipEntry } from "../files/zip-directory.ts";
import { damagedError, type Unpacked, type UnpackOptions } from "./damage.ts";
import { type PlacedEntry, placeEntries } from "./entry-places.ts";
import { saveEntry } from "./extract-entry.ts";

/**
 * Unpacks a zip file into the folder `wanted`, or into a numbered one if that name is taken. The folder gets
 * its final name when it is complete. No entry is written outside of it, whatever its name, and none exceeds
 * its size in the directory.
 */
export async function unzipFile(
  file: string,
  wanted: string,
  { overwrite, signal }: UnpackOptions,
): Promise<Unpacked> {
  const name = path.basename(file);
  const placed = placeEntries(await readEntries(file, name));
  const { path: target, isTaken } = await freePath(
    wanted,
    async (existing) => (overwrite && existing === wanted) || (await holds(existing, placed)),
  );
  const paths = placed.map(({ place }) => path.join(target, place));
  const part = `${target}.part`;
  if (isTaken && !overwrite) {
    await removeLeftovers(part);
    return { paths, isNew: false };
  }
  const lock = await takeLock(`${part}.lock`, path.basename(target));
  try {
    await rm(part, { recursive: true, force: true });
    await mkdir(part);
    await reserve(placed, target, name);
    for (const { entry, place } of placed) {
      await makeFolder(path.dirname(path.join(part, place)));
      await saveEntry(file, entry, path.join(part, place), signal);
    }
    if (isTaken) await moveInto(target, part, placed);
    else {
      await syncFolders(part, placed);
      await rename(part, target);
    }
    await syncDirectory(path.dirname(target));
    return { paths, isNew: true };
  } finally {
    await rm(part, { recursive: true, force: true }).finally(lock.release);
  }
}

/** A zip bomb may use overlapping entries to unpack to much more than its size. */
async function readEntries(file: string, name: string): Promise<ZipEntry[]> {
  const entries = await readZipDirectory(file);
  if (typeof entries === "string") throw damagedError(name, entries);
  const { size } = await stat(file);
  const packedBytes = entries.reduce((sum, entry) => sum + entry.packedBytes, 0);
  if (packedBytes > size) throw damagedError(name, "its entries overlap");
  return entries;
}

async function holds(folder: string, placed: readonly PlacedEntry[]): Promise<boolean> {
  for (const { entry, place } of placed) {
    const existing = await stat(path.join(folder, place)).catch(unlessMissing);
    if (!existing?.isFile() || existing.size !== entry.bytes) return false;
  }
  return true;
}

async function reserve(
  placed: readonly PlacedEntry[],
  target: string,
  name: string,
): Promise<void> {
  const bytes = placed.reduce((sum, { entry }) => sum + entry.bytes, 0);
  (await createDiskSpace().reserve(path.dirname(target), bytes, name)).end();
}

/** Syncs the names in `folder`. */
async function syncFolders(folder: string, placed: readonly PlacedEntry[]): Promise<void> {
  for (const below of new Set(placed.map(({ place }) => path.dirname(place))))
    await syncDirectory(path.join(folder, below));
}

async function moveInto(
  target: string,
  part: string,
  placed: readonly PlacedEntry[],
): Promise<void> {
  for (const { place } of placed) {
    const to = path.join(target, place);
    await refuseLinks(target, path.dirname(place));
    await makeFolder(path.dirname(to));
    await rename(path.join(part, place), to);
  }
  await syncFolders(target, placed);
}

/** A folder below `target` that is a link would lead out of it. */
async function refuseLinks(target: string, below: string): Promise<void> {
  let folder = target;
  for (const part of below.split(path.sep)) {
    folder = path.join(folder, part);
    const existing = await lstat(folder).catch(unlessMissing);
    if (existing?.isSymbolicLink())
      throw Object.assign(new Error(`${folder} is a link`), { code: "ELOOP" });
  }
}
