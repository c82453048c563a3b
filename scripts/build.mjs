import { chmod, readFile, rm, writeFile } from "node:fs/promises";
import { build } from "esbuild";
import { billOfMaterials } from "./bill-of-materials.mjs";
import { buildOptions } from "./build-options.mjs";
import { bundledPackages } from "./bundled-packages.mjs";
import { loadSource } from "./load-source.mjs";
import { thirdPartyLicenses } from "./third-party-licenses.mjs";

await rm("dist", { recursive: true, force: true });
const { metafile } = await build({ ...buildOptions, outdir: "dist", metafile: true });
await chmod("dist/cli.js", 0o755);

// Written once here, so that a call for help has nothing to load.
const { helpText } = await loadSource("source/commands/help-text.ts");
await writeFile("dist/help.txt", helpText());

const packages = await bundledPackages(metafile);
await writeFile("dist/THIRD-PARTY-LICENSES.txt", thirdPartyLicenses(packages));
const [lock, program] = await Promise.all(["package-lock.json", "package.json"].map(readJson));
const bill = billOfMaterials(packages, lock, program);
await writeFile("dist/sbom.cdx.json", `${JSON.stringify(bill, undefined, 2)}\n`);

async function readJson(path) {
  return JSON.parse(await readFile(path, "utf8"));
}
