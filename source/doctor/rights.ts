import { constants, type Stats } from "node:fs";
import { access, stat } from "node:fs/promises";
import { dirname } from "node:path";

/** What is at a path, as far as rights go. */
export interface Rights {
  isDirectory: boolean;
  /** The lowest nine bits. */
  mode: number;
  /** False where it belongs to another user; a machine without users counts as one's own. */
  isOwn: boolean;
  /** True where this process may read it and write to it. */
  isUsable: boolean;
}

/** Undefined where nothing is there. Rejects with the system's error where that cannot be told. */
export async function rightsOf(path: string): Promise<Rights | undefined> {
  const found: Stats | undefined = await stat(path).catch((thrown: unknown) => {
    if (codeOf(thrown) === "ENOENT") return undefined;
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

/** The folder itself where it is there, else the nearest above it that is. */
export async function nearestFolder(path: string): Promise<string> {
  const found = await rightsOf(path).catch(() => undefined);
  return found?.isDirectory || dirname(path) === path ? path : nearestFolder(dirname(path));
}

/** As chmod takes it: "0600". */
export function writtenMode(mode: number): string {
  return `0${mode.toString(8).padStart(3, "0")}`;
}

export function codeOf(thrown: unknown): string {
  return thrown instanceof Error && "code" in thrown ? String(thrown.code) : String(thrown);
}
