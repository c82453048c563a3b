import { writeAtomicallyNow } from "../files/disk.ts";
import { makeCodeFolder } from "./keep-compiled.ts";

/** Replaces the file at `path` in the folder of compiled code. If that fails, only the next start is slower. */
export function keepCode(path: string, parts: readonly Buffer[]): void {
  try {
    if (makeCodeFolder() === undefined) return;
    const temporary = `${path}.${process.pid}`;
    writeAtomicallyNow(path, Buffer.concat(parts), { temporary });
  } catch {
    // The disk refused.
  }
}
