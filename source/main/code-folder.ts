import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { makeFolderNow } from "../files/make-folder.ts";
import { codePath } from "./code-path.ts";

/**
 * Makes the folder of compiled code if it is missing; undefined without a settings folder, which is not
 * created just for this. Throws the system's error.
 */
export function makeCodeFolder(): string | undefined {
  const directory = codePath();
  if (!existsSync(dirname(dirname(directory)))) return undefined;
  // What is in the folder is run, so only its owner may write there.
  makeFolderNow(directory, { mode: 0o700 });
  return directory;
}
