import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const stub = fileURLToPath(new URL("../../documents/stubs/duckdb.mjs", import.meta.url));

/** Puts a stand-in for duckdb into a folder below this one, and returns a PATH that finds it first. */
export async function pathWithStubDuckDb(folder: string): Promise<string> {
  const bin = join(folder, "bin");
  await mkdir(bin);
  await writeFile(join(bin, "duckdb"), `#!/bin/sh\nexec "${process.execPath}" "${stub}" "$@"\n`);
  await chmod(join(bin, "duckdb"), 0o755);
  return `${bin}:${process.env["PATH"]}`;
}
