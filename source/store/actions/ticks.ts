import type { StoredFile } from "../../domain/entities.ts";
import { localFileName } from "../../domain/file-name.ts";
import { fileSetFolder } from "../../domain/folders.ts";
import type { Entry } from "../state/row.ts";

/** Where a file may lie in the download folder: in it, or in the folder of its set. */
export function namesOf(file: StoredFile, setName: string): string[] {
  const name = localFileName(file.filename);
  return [name, `${fileSetFolder(setName, 2)}/${name}`];
}

/**
 * The name that the file has there. Under its final name a file is complete, so where the publisher tells no
 * size its name is enough.
 */
export function foundName(
  file: StoredFile,
  setName: string,
  sizes: ReadonlyMap<string, number>,
): string | undefined {
  return namesOf(file, setName).find((name) => {
    const bytes = sizes.get(name);
    return bytes !== undefined && (file.fileSizeInBytes ?? bytes) === bytes;
  });
}

/** What is there, by id; of files their names there. */
export type Found = ReadonlyMap<string, string | undefined>;

/** The row as it is with what was found; the same row where nothing changes. */
export function ticked(entry: Entry, there: Found): Entry {
  if (!("onDisk" in entry)) return entry;
  const onDisk = there.has(entry.id);
  if (entry.kind === "file") {
    const foundAs = there.get(entry.id);
    const isSame = entry.onDisk === onDisk && entry.foundAs === foundAs;
    return isSame ? entry : { ...entry, onDisk, foundAs };
  }
  return entry.onDisk === onDisk ? entry : { ...entry, onDisk };
}

/** `entries` with the ticks that the same rows had before; the disk is looked at again later. */
export function withTicks(entries: readonly Entry[], before: readonly Entry[]): readonly Entry[] {
  const found = new Map<string, string | undefined>();
  for (const own of before) {
    if (!("onDisk" in own) || !own.onDisk) continue;
    found.set(own.id, own.kind === "file" ? own.foundAs : undefined);
  }
  return found.size === 0 ? entries : entries.map((own) => ticked(own, found));
}
