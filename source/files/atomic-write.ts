import fileSystem from "node:fs";
import fs from "node:fs/promises";
import path from "node:path";
import { syncDirectory, syncDirectoryNow } from "./disk.ts";

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

/** The same in this thread. */
export function writeDurablyNow(target: string, text: string): void {
  const fresh = `${target}.new`;
  fileSystem.rmSync(fresh, { force: true });
  const fd = fileSystem.openSync(fresh, "wx", 0o600);
  try {
    fileSystem.writeFileSync(fd, text);
    fileSystem.fsyncSync(fd);
  } finally {
    fileSystem.closeSync(fd);
  }
  fileSystem.renameSync(fresh, target);
  syncDirectoryNow(path.dirname(target));
}
