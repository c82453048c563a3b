import { join } from "node:path";
import { cacheDirectory } from "../base/directories.ts";

/** A place in the folder of compiled code, in the user's own cache folder. */
export function codePath(name = ""): string {
  return join(cacheDirectory(process.env["CFS_CONFIG_DIR"] || undefined), "compiled", name);
}
