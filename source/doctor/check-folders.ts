import { readableBytes } from "../domain/readable.ts";
import { fileSystemOf } from "./file-system.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";
import { nearestFolder, rightsOf } from "./rights.ts";

/** With less room than this a download of the usual size may fill the disk. */
const littleBytes = 1_000_000_000;

/** The folder of visited lists and compiled code; all of it can be made anew. */
export async function checkCache(directory: string): Promise<Finding> {
  const check = "cache";
  const nearest = await nearestFolder(directory);
  const rights = await rightsOf(nearest).catch(() => undefined);
  if (rights?.isUsable) {
    const isThere = nearest === directory;
    return ok(check, isThere ? directory : `${directory} is not there yet; it is made when needed`);
  }
  return warning(
    check,
    `${nearest} cannot be written to`,
    "Everything works without it, only slower: make it writable, or set CFS_CONFIG_DIR.",
  );
}

/**
 * Where downloads go: `chosen` in the terminal program, else the folder that the program was started in.
 */
export async function checkDestination(
  chosen: string | undefined,
  startedIn: string,
): Promise<Finding> {
  const check = "downloads";
  const directory = chosen ?? startedIn;
  const how = "Choose another folder: o in the program, -o DIR with a command.";
  const rights = await rightsOf(directory).catch(() => undefined);
  if (rights === undefined) return warning(check, `${directory} is not there`, how);
  const found = rights.isDirectory
    ? `${directory} cannot be written to`
    : `${directory} is not a folder`;
  if (!rights.isDirectory || !rights.isUsable) {
    // Nobody chose the folder that the shell stands in.
    return chosen === undefined ? warning(check, found, how) : problem(check, "disk", found, how);
  }
  const { freeBytes, name } = await fileSystemOf(directory);
  const free = `${directory}, ${readableBytes(freeBytes)} free${name === undefined ? "" : ` on ${name}`}`;
  return freeBytes < littleBytes ? warning(check, free, `Free some room. ${how}`) : ok(check, free);
}
