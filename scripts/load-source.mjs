import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { bundleOptions } from "./bundle.mjs";

const modules = new URL("../node_modules/", import.meta.url);

/**
 * Imports a module of the program or its tests, for scripts that write down what it says. Packages that
 * cannot be bundled stay outside with `packages: "external"`.
 */
export async function loadSource(path, { packages = "bundle" } = {}) {
  // Packages are found from below node_modules only.
  const parent = packages === "external" ? fileURLToPath(modules) : tmpdir();
  const folder = await mkdtemp(join(parent, "cfs-source-"));
  try {
    const outfile = join(folder, "module.mjs");
    const { banner, define } = bundleOptions;
    const form = { bundle: true, format: "esm", packages, platform: "node", target: "node20" };
    await build({ ...form, banner, define, entryPoints: [path], outfile });
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
