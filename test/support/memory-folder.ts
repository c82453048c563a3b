import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A `folder` fixture in memory if possible, for tests that write thousands of files. */
export function memoryFolder({}, { onCleanup }: { onCleanup(remove: () => void): void }): string {
  const parent = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
  const folder = mkdtempSync(join(parent, "cfs-test-"));
  onCleanup(() => rmSync(folder, { recursive: true }));
  return folder;
}
