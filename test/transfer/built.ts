import { mkdtemp, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { bundleOptions } from "../../scripts/bundle.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Builds programs of this project for other processes and threads, with their packages, which they find slowly. */
export async function buildPrograms(
  entries: Record<string, string>,
): Promise<{ url(name: string): URL; remove(): Promise<void> }> {
  const outdir = await mkdtemp(path.join(root, "node_modules", ".cfs-test-"));
  await writeFile(path.join(outdir, "package.json"), '{ "type": "module" }');
  await build({
    ...bundleOptions,
    absWorkingDir: root,
    entryPoints: Object.fromEntries(
      Object.entries(entries).map(([name, entry]) => [name, path.join(root, entry)]),
    ),
    outdir,
  });
  return {
    url: (name) => pathToFileURL(path.join(outdir, `${name}.js`)),
    remove: () => rm(outdir, { recursive: true, force: true }),
  };
}
