import { constants } from "node:fs";
import { access, readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { errnoOf } from "../base/errors.ts";
import { diskReason } from "./disk.ts";
import { makeFolder } from "./make-folder.ts";

/** Whether a folder is usable or missing, or why it cannot be used. */
export type FolderAnswer =
  | { kind: "usable"; path: string }
  | { kind: "missing"; path: string }
  | { kind: "refused"; problem: string };

function absolutePath(typed: string, base: string, home: string | undefined): string {
  const trimmed = typed.trim();
  const fromHome = home !== undefined && (trimmed === "~" || trimmed.startsWith("~/"));
  return fromHome ? resolve(home, trimmed.slice(2)) : resolve(base, trimmed);
}

/** Checks whether the typed folder can take downloads; expands "~" and relative paths. */
export async function checkFolder(
  typed: string,
  base: string,
  home: string | undefined,
): Promise<FolderAnswer> {
  if (typed.trim() === "") return { kind: "refused", problem: "Type the path of a folder." };
  const path = absolutePath(typed, base, home);
  try {
    if (!(await stat(path)).isDirectory()) {
      return { kind: "refused", problem: `${path} is not a folder.` };
    }
    await access(path, constants.W_OK);
    return { kind: "usable", path };
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return { kind: "missing", path };
    return { kind: "refused", problem: `${path} cannot be written: ${diskReason(thrown)}.` };
  }
}

/** What was typed up to the last "/", and the names of the folders there. */
export interface FolderNames {
  lead: string;
  names: readonly string[];
}

/** Lists hidden folders only if the typed name begins with a dot. A folder that cannot be read has none. Never rejects. */
export async function foldersAt(
  typed: string,
  base: string,
  home: string | undefined,
): Promise<FolderNames> {
  if (typed === "~") return { lead: "", names: ["~"] };
  const lead = typed.slice(0, typed.lastIndexOf("/") + 1);
  const path = absolutePath(lead, base, home);
  const isHiddenWanted = typed.startsWith(".", lead.length);
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  const names: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith(".") !== isHiddenWanted) continue;
    const isFolder =
      entry.isDirectory() ||
      (entry.isSymbolicLink() && (await isDirectory(join(path, entry.name))));
    if (isFolder) names.push(entry.name);
  }
  return { lead, names: names.sort() };
}

async function isDirectory(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ?? false;
}

export async function createFolder(path: string): Promise<FolderAnswer> {
  try {
    await makeFolder(path);
    return { kind: "usable", path };
  } catch (thrown) {
    return { kind: "refused", problem: `${path} cannot be created: ${diskReason(thrown)}.` };
  }
}

/** The sizes of those `names` that are files in `directory`. A file that cannot be read counts as absent. */
export async function sizesOnDisk(
  directory: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map<string, number>();
  const there = new Set(await readdir(directory).catch(() => []));
  for (const name of names) {
    if (!there.has(name)) continue;
    const found = await stat(join(directory, name)).catch(() => undefined);
    if (found?.isFile()) sizes.set(name, found.size);
  }
  return sizes;
}
