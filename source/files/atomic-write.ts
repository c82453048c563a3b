import fs from "node:fs/promises";
import path from "node:path";
import { syncDirectory } from "./disk.ts";

/**
 * Puts `text` in the place of the file at `target`: whoever reads it, after a crash too, finds the old text
 * or the new one. One process at a time. Rejects with what the file system refuses.
 */
export async function writeDurably(target: string, text: string): Promise<void> {
  const fresh = `${target}.new`;
  await fs.rm(fresh, { force: true });
  const file = await fs.open(fresh, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await fs.rename(fresh, target);
  await syncDirectory(path.dirname(target));
}
