import { mkdtemp, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Builds programs of this project for other processes and threads; they lie within it, so that packages are found. */
export async function buildPrograms(
  entries: Record<string, string>,
): Promise<{ url(name: string): URL; remove(): Promise<void> }> {
  const outdir = await mkdtemp(path.join(root, "node_modules", ".cfs-test-"));
  await writeFile(path.join(outdir, "package.json"), '{ "type": "module" }');
  await build({
    entryPoints: Object.fromEntries(
      Object.entries(entries).map(([name, entry]) => [name, path.join(root, entry)]),
    ),
    outdir,
    bundle: true,
    packages: "external",
    format: "esm",
    platform: "node",
    target: "node20",
  });
  return {
    url: (name) => pathToFileURL(path.join(outdir, `${name}.js`)),
    remove: () => rm(outdir, { recursive: true, force: true }),
  };
}
