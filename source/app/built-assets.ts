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

/** The file and the first words of a call of this program. */
export function ownProgram(): [file: string, words: readonly string[]] {
  const [script = ""] = process.argv.slice(1);
  return [process.execPath, isStandalone() ? [] : [...process.execArgv, script]];
}

/** Decided at build time. */
function isStandalone(): boolean {
  return process.env["CFS_IS_STANDALONE"] === "yes";
}
