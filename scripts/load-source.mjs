import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { bundleOptions } from "./bundle.mjs";

/** Imports a module of the program, for scripts that write down what it says. */
export async function loadSource(path) {
  const folder = await mkdtemp(join(tmpdir(), "cfs-source-"));
  try {
    const outfile = join(folder, "module.mjs");
    const { banner, define } = bundleOptions;
    const form = { bundle: true, format: "esm", platform: "node", target: "node20" };
    await build({ ...form, banner, define, entryPoints: [path], outfile });
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
