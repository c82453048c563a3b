import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { takeLock } from "../files/lock.ts";

/**
 * Removes what an unpacking that was broken off left at `part` and its lock, beside what is unpacked already.
 * What another process works on, or fetches under that name, stays.
 */
export async function removeLeft(part: string): Promise<void> {
  const path = `${part}.lock`;
  if (!existsSync(path) && !existsSync(part)) return;
  const lock = await takeLock(path, part).catch(() => undefined);
  if (lock === undefined) return;
  try {
    if (!existsSync(`${part}.journal`)) await rm(part, { recursive: true, force: true });
  } finally {
    await lock.release();
  }
}
