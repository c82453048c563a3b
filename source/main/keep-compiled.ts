import { existsSync } from "node:fs";
import module from "node:module";
import { dirname } from "node:path";
import { makeFolderNow } from "../files/make-folder.ts";
import { codePath } from "./code-path.ts";

/** Enables Node's compile cache (22.8 and later) in the user's own cache folder. */
export function keepCompiled(): void {
  const enable: unknown = Reflect.get(module, "enableCompileCache");
  if (typeof enable !== "function") return;
  try {
    const directory = makeCodeFolder();
    if (directory !== undefined) enable(directory);
  } catch {
    // Without it only the start is slower.
  }
}

/**
 * Makes the folder of compiled code if it is missing; undefined without a settings folder, which is not
 * created just for this. Throws the system's error.
 */
export function makeCodeFolder(): string | undefined {
  const directory = codePath();
  if (!existsSync(dirname(dirname(directory)))) return undefined;
  // The program runs what is in the folder, so only its owner may write there.
  makeFolderNow(directory, { mode: 0o700 });
  return directory;
}
