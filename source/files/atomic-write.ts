import fileSystem from "node:fs";
import fs from "node:fs/promises";
import path from "node:path";
import { syncDirectory, syncDirectoryNow } from "./disk.ts";

export interface AtomicWrite {
  /** Written first, then renamed; `target` with ".new" by default. Only one process may use it at a time. */
  temporary?: string;
  /** True: resolves when text and name are on the medium, so that they outlast a crash of the machine. */
  isDurable?: boolean;
}

/**
 * Puts `text` in the place of the file at `target`, readable by its owner alone: whoever reads it finds the
 * old text or the new one. Rejects with what the file system refuses, and leaves the old one then.
 */
export async function writeAtomically(
  target: string,
  text: string,
  { temporary = `${target}.new`, isDurable = false }: AtomicWrite = {},
): Promise<void> {
  await fs.rm(temporary, { force: true });
  try {
    const file = await fs.open(temporary, "wx", 0o600);
    try {
      await file.writeFile(text);
      if (isDurable) await file.sync();
    } finally {
      await file.close();
    }
    await fs.rename(temporary, target);
  } catch (thrown) {
    await fs.rm(temporary, { force: true }).catch(() => undefined);
    throw thrown;
  }
  if (isDurable) await syncDirectory(path.dirname(target));
}

/** The same in this thread. */
export function writeAtomicallyNow(
  target: string,
  text: string | Uint8Array,
  { temporary = `${target}.new`, isDurable = false }: AtomicWrite = {},
): void {
  fileSystem.rmSync(temporary, { force: true });
  try {
    const fd = fileSystem.openSync(temporary, "wx", 0o600);
    try {
      fileSystem.writeFileSync(fd, text);
      if (isDurable) fileSystem.fsyncSync(fd);
    } finally {
      fileSystem.closeSync(fd);
    }
    fileSystem.renameSync(temporary, target);
  } catch (thrown) {
    fileSystem.rmSync(temporary, { force: true });
    throw thrown;
  }
  if (isDurable) syncDirectoryNow(path.dirname(target));
}
