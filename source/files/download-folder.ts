import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { makeFolder } from "./make-folder.ts";

/** What became of a folder that was typed: usable, not there yet, or why not. */
export type FolderAnswer =
  | { kind: "usable"; path: string }
  | { kind: "missing"; path: string }
  | { kind: "refused"; problem: string };

function absolutePath(typed: string, base: string, home: string | undefined): string {
  const trimmed = typed.trim();
  const fromHome = home !== undefined && (trimmed === "~" || trimmed.startsWith("~/"));
  return fromHome ? resolve(home, trimmed.slice(2)) : resolve(base, trimmed);
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && "code" in thrown ? String(thrown.code) : String(thrown);
}

/** Whether downloads can go into the folder that was typed; "~" and relative paths are made whole. */
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
    if (codeOf(thrown) === "ENOENT") return { kind: "missing", path };
    return { kind: "refused", problem: `${path} cannot be written to (${codeOf(thrown)}).` };
  }
}

/** Makes the folder and those above it. */
export async function createFolder(path: string): Promise<FolderAnswer> {
  try {
    await makeFolder(path);
    return { kind: "usable", path };
  } catch (thrown) {
    return { kind: "refused", problem: `${path} cannot be made (${codeOf(thrown)}).` };
  }
}
