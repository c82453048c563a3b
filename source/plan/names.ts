import { fileNameKey, localFileName, numberedFileName } from "../domain/file-name.ts";

/**
 * A local name for each file, in the order of their names in the service: "name", "name (2)", …. No two are
 * equal, in a folder that ignores case either.
 */
export function settleNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  /** By the key of a wanted name, the number to try next. */
  const numbers = new Map<string, number>();
  return names.map((name) => {
    const wanted = localFileName(name);
    const wantedKey = fileNameKey(wanted);
    for (let number = numbers.get(wantedKey) ?? 1; ; number += 1) {
      const settled = number === 1 ? wanted : numberedFileName(wanted, number);
      const key = fileNameKey(settled);
      if (taken.has(key)) continue;
      taken.add(key);
      numbers.set(wantedKey, number + 1);
      return settled;
    }
  });
}
