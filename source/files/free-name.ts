import { lstat } from "node:fs/promises";
import path from "node:path";
import { numberedFileName } from "../domain/file-name.ts";
import { unlessMissing } from "./disk.ts";

/**
 * The first of "name", "name (2)", … that is free, or that the wanted file has already; `isTaken` is true
 * then.
 */
export async function freePath(
  wanted: string,
  isSame: (existing: string) => Promise<boolean>,
): Promise<{ path: string; isTaken: boolean }> {
  for (let number = 1; ; number += 1) {
    const name = path.basename(wanted);
    const numbered = number === 1 ? name : numberedFileName(name, number);
    const candidate = path.join(path.dirname(wanted), numbered);
    const existing = await lstat(candidate).catch(unlessMissing);
    if (existing === undefined) return { path: candidate, isTaken: false };
    if (!existing.isSymbolicLink() && (await isSame(candidate)))
      return { path: candidate, isTaken: true };
  }
}
