import fs from "node:fs";
import { dirname, join } from "node:path";
import { debugTo } from "../base/debug.ts";
import { cacheDirectory } from "../base/directories.ts";
import type { Variables } from "../base/environment-types.ts";
import { AppError } from "../base/errors.ts";
import { diskReason } from "../files/disk.ts";
import { makeFolderNow } from "../files/make-folder.ts";

export interface DebugPlaces {
  variables: Variables;
  stderr: { isTTY?: boolean | undefined; write(text: string): unknown };
  /** Debug output must not overwrite screens. */
  hasScreens: boolean;
}

/** A larger file is truncated when it is opened. */
const mostBytes = 20 * 1024 * 1024;

/** Returns the path of the file, if any. Throws an AppError of kind usage if it cannot be opened. */
export function openDebug({ variables, stderr, hasScreens }: DebugPlaces): string | undefined {
  const named = variables["CFS_DEBUG_FILE"];
  const isWanted = variables["CFS_DEBUG"] === "1";
  if (!named && !isWanted) return undefined;
  if (!named && !(hasScreens && stderr.isTTY === true)) {
    debugTo((lines) => void stderr.write(lines));
    return undefined;
  }
  const path = named || join(cacheDirectory(variables["CFS_CONFIG_DIR"] || undefined), "debug.log");
  const fd = open(path, Boolean(named));
  debugTo((lines) => {
    try {
      fs.writeSync(fd, lines);
    } catch {
      // A full disk must not stop the program.
    }
  });
  return path;
}

/** Only the folder of the default file is created. */
function open(path: string, named: boolean): number {
  try {
    if (!named) makeFolderNow(dirname(path), { mode: 0o700 });
    return openFile(path);
  } catch (thrown) {
    throw new AppError({
      kind: "usage",
      tried: `Opening ${path} for debug output (${named ? "CFS_DEBUG_FILE" : "CFS_DEBUG"})`,
      answered: diskReason(thrown),
      advice: named
        ? "Name a file of your own, or one that does not exist yet."
        : "Name a file of your own in CFS_DEBUG_FILE.",
      cause: thrown,
    });
  }
}

/** Appends to a regular file, for its owner only, without following links. */
function openFile(path: string): number {
  const { O_APPEND, O_CREAT, O_WRONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants;
  const fd = fs.openSync(path, O_APPEND | O_CREAT | O_WRONLY | O_NOFOLLOW | O_NONBLOCK, 0o600);
  try {
    const found = fs.fstatSync(fd);
    if (!found.isFile()) throw new Error("it is not a regular file");
    fs.fchmodSync(fd, 0o600);
    if (found.size > mostBytes) fs.ftruncateSync(fd);
    return fd;
  } catch (thrown) {
    fs.closeSync(fd);
    throw thrown;
  }
}
