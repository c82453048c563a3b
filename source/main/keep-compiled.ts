import { existsSync } from "node:fs";
import module from "node:module";
import { dirname, join } from "node:path";
import { cacheDirectory } from "../base/directories.ts";
import { makeFolderNow } from "../files/make-folder.ts";

/**
 * Keeps what Node compiles from here on for the next start, where this Node can (22.8 and later), in a
 * folder of the user's own: what lies there is run as it is.
 */
export function keepCompiled(): void {
  const enable: unknown = Reflect.get(module, "enableCompileCache");
  if (typeof enable !== "function") return;
  const cache = cacheDirectory(process.env["CFS_CONFIG_DIR"] || undefined);
  // A folder for the settings is for those to make: this is no reason for one.
  if (!existsSync(dirname(cache))) return;
  const directory = join(cache, "compiled");
  try {
    makeFolderNow(directory, { mode: 0o700 });
    enable(directory);
  } catch {
    // Without it the start takes longer, and that is all.
  }
}
