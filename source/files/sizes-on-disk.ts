import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** The names in `names` by the folder that stands before them; "" for none. */
function byFolder(names: readonly string[]): Map<string, string[]> {
  const folders = new Map<string, string[]>();
  for (const name of names) {
    const slash = name.indexOf("/");
    const folder = slash < 0 ? "" : name.slice(0, slash);
    const others = folders.get(folder);
    if (others) others.push(name);
    else folders.set(folder, [name]);
  }
  return folders;
}

/**
 * Bytes of those of `names` that are files in `directory`. A name may have one folder before it, with "/"
 * between. What cannot be read counts as not there. Reads each folder once.
 */
export async function sizesOnDisk(
  directory: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map<string, number>();
  for (const [folder, wanted] of byFolder(names)) {
    const there = new Set(await readdir(join(directory, folder)).catch(() => []));
    for (const name of wanted) {
      if (!there.has(name.slice(name.indexOf("/") + 1))) continue;
      const found = await stat(join(directory, name)).catch(() => undefined);
      if (found?.isFile()) sizes.set(name, found.size);
    }
  }
  return sizes;
}
