import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { acquireLock, besideLock } from "./lock.ts";

/** A `.part` file without a journal or lock may be the user's own. */
const leftoverName = /^(.+)\.part\.(?:journal(?:\.new)?|lock(?:\.guard|\.clock)*)$/;

/** Removes leftovers beside the complete files of a folder, unless a process works on them. */
export async function removeLeftoversIn(directory: string): Promise<void> {
  const names = new Set(await readdir(directory));
  const wholes = new Set([...names].flatMap((name) => leftoverName.exec(name)?.[1] ?? []));
  for (const whole of wholes)
    if (names.has(whole)) await removeLeftovers(path.join(directory, `${whole}.part`));
}

/**
 * Removes the part file and the files beside it that an ended process left next to a complete file: a power
 * loss may undo the removal of a lock or journal. Keeps files that another process works on and downloads
 * that can be resumed.
 */
export async function removeLeftovers(part: string): Promise<void> {
  const [lockPath, journal] = [`${part}.lock`, `${part}.journal`];
  const journals = [journal, `${journal}.new`];
  const all = [part, ...journals, lockPath, ...besideLock(lockPath)];
  if (!all.some((file) => existsSync(file))) return;
  const lock = await acquireLock(lockPath).catch(() => undefined);
  if (lock === undefined) return;
  try {
    if (existsSync(part) && existsSync(journal)) return;
    await rm(part, { recursive: true, force: true });
    for (const each of journals) await rm(each, { force: true });
  } finally {
    await lock.release();
  }
}
