import { readFileSync } from "node:fs";

/** A file built beside the program or into the single executable. Throws if it is missing. */
export function textBeside(name: string): string {
  if (isStandalone()) return process.getBuiltinModule("node:sea").getAsset(name, "utf8");
  return readFileSync(new URL(name, import.meta.url), "utf8");
}

export function threadBeside(name: string): URL {
  if (!isStandalone()) return new URL(name, import.meta.url);
  return new URL(`data:text/javascript;charset=utf-8,${encodeURIComponent(textBeside(name))}`);
}

/** Decided at build time. */
function isStandalone(): boolean {
  return process.env["CFS_IS_STANDALONE"] === "yes";
}
