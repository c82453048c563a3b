import { existsSync } from "node:fs";
import module from "node:module";
import { dirname, join } from "node:path";
import { cacheDirectory } from "../base/directories.ts";
import { makeFolderNow } from "../files/make-folder.ts";

/** Enables Node's compile cache (22.8 and later) in the user's own cache folder. */
export function keepCompiled(): void {
  const enable: unknown = Reflect.get(module, "enableCompileCache");
  if (typeof enable !== "function") return;
  const cache = cacheDirectory(process.env["CFS_CONFIG_DIR"] || undefined);
  // The settings folder is not created just for this.
  if (!existsSync(dirname(cache))) return;
  const directory = join(cache, "compiled");
  try {
    // Node runs what is in the folder, so only its owner may write there.
    makeFolderNow(directory, { mode: 0o700 });
    enable(directory);
  } catch {
    // Without it only the start is slower.
  }
}
