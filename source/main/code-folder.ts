import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheDirectory } from "../base/directories.ts";
import { makeFolderNow } from "../files/make-folder.ts";

/** The folder of compiled code in the user's own cache folder. */
export function codeFolder(): string {
  return join(cacheDirectory(process.env["CFS_CONFIG_DIR"] || undefined), "compiled");
}

/**
 * The same, made if it is missing; undefined without a settings folder, which is not created just for this.
 * Throws the system's error.
 */
export function madeCodeFolder(): string | undefined {
  const directory = codeFolder();
  if (!existsSync(dirname(dirname(directory)))) return undefined;
  // What is in the folder is run, so only its owner may write there.
  makeFolderNow(directory, { mode: 0o700 });
  return directory;
}
