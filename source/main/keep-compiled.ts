import module from "node:module";
import { makeCodeFolder } from "./code-folder.ts";

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
