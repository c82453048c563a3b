import { readFileSync } from "node:fs";

/**
 * The text of what was built beside the program, by its name; in the single executable it lies within.
 * Throws where it is not there.
 */
export function textBeside(name: string): string {
  if (isStandalone()) return process.getBuiltinModule("node:sea").getAsset(name, "utf8");
  return readFileSync(new URL(name, import.meta.url), "utf8");
}

export function threadBeside(name: string): URL {
  if (!isStandalone()) return new URL(name, import.meta.url);
  return new URL(`data:text/javascript;charset=utf-8,${encodeURIComponent(textBeside(name))}`);
}

/** True in the single executable; decided when it is built. */
function isStandalone(): boolean {
  return process.env["CFS_IS_STANDALONE"] === "yes";
}
