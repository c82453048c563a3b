import path from "node:path";
import { fileNameKey, localFileName, numberedFileName } from "../domain/file-name.ts";
import { sanitize } from "../domain/sanitize.ts";
import type { ZipEntry } from "../files/zip-directory.ts";

/** An entry with its path in the folder. */
export interface PlacedEntry {
  entry: ZipEntry;
  place: string;
}

/**
 * Assigns each entry a path of its own: every segment of its name is made safe, no two entries share a path,
 * and no path is the folder of another.
 */
export function placeEntries(entries: readonly ZipEntry[]): PlacedEntry[] {
  const places = createPlaces();
  return entries.flatMap((entry) => {
    const listed = sanitize(entry.name);
    if (/[/\\]$/.test(listed)) return [];
    const parts = listed.split(/[/\\]/).filter((part) => part !== "" && part !== ".");
    const folder = parts.slice(0, -1).map(localFileName).reduce(places.folder, "");
    return [{ entry, place: places.file(folder, localFileName(parts.at(-1) ?? "")) }];
  });
}

function createPlaces() {
  const files = new Set<string>();
  const folders = new Set<string>();
  /** The last number used for each name, because a zip may repeat a name tens of thousands of times. */
  const fileNumbers = new Map<string, number>();
  const folderNumbers = new Map<string, number>();
  const isFile = (key: string) => files.has(key);
  const isTaken = (key: string) => files.has(key) || folders.has(key);
  return {
    file(folder: string, name: string): string {
      const place = freePlace(path.join(folder, name), isTaken, fileNumbers);
      files.add(fileNameKey(place));
      return place;
    },
    folder(parent: string, name: string): string {
      const place = freePlace(path.join(parent, name), isFile, folderNumbers);
      folders.add(fileNameKey(place));
      return place;
    },
  };
}

/** The first free one of "name", "name (2)", …, counting from the last number used. */
function freePlace(
  wanted: string,
  isTaken: (key: string) => boolean,
  numbers: Map<string, number>,
): string {
  const key = fileNameKey(wanted);
  for (let number = numbers.get(key) ?? 1; ; number += 1) {
    const name = path.basename(wanted);
    const place =
      number === 1 ? wanted : path.join(path.dirname(wanted), numberedFileName(name, number));
    if (isTaken(fileNameKey(place))) continue;
    numbers.set(key, number);
    return place;
  }
}
