import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const chosen = process.env["CFS_TEST_PROGRAM"] ?? "";

/** The single executable is tested, which hears nothing of NODE_OPTIONS. */
export const isStandalone = chosen !== "";

/**
 * What the built program is called by, before its words: Node and the bundle, or the single executable that
 * CFS_TEST_PROGRAM names.
 */
export const builtProgram: readonly [command: string, ...words: string[]] = isStandalone
  ? [resolve(chosen)]
  : [process.execPath, fileURLToPath(new URL("../../../dist/cli.js", import.meta.url))];

/** The same in a line of shell. */
export const builtProgramInShell = builtProgram.map((word) => `'${word}'`).join(" ");
