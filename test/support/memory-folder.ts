import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A `folder` fixture in memory if possible, for tests that write thousands of files. */
export function memoryFolder({}, { onCleanup }: { onCleanup(remove: () => void): void }): string {
  const folder = mkdtempSync(join(isWritable("/dev/shm") ? "/dev/shm" : tmpdir(), "cfs-test-"));
  onCleanup(() => rmSync(folder, { recursive: true }));
  return folder;
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
