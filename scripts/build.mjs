import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { billOfMaterials } from "./bill-of-materials.mjs";
import { bundle } from "./bundle.mjs";
import { bundledPackages } from "./bundled-packages.mjs";
import { loadSource } from "./load-source.mjs";
import { thirdPartyLicenses } from "./third-party-licenses.mjs";

await rm("dist", { recursive: true, force: true });
const metafile = await bundle("dist");
await chmod("dist/cli.js", 0o755);

// Written once here, so that a call for help has nothing to load.
const { helpText } = await loadSource("source/commands/help-text.ts");
await writeFile("dist/help.txt", helpText());

const { sharedFiles } = await loadSource("source/documents/shared-files.ts");
for (const { path, text } of sharedFiles(
  dateOfLastRelease(await readFile("CHANGELOG.md", "utf8")),
)) {
  const place = join("dist/share", path);
  await mkdir(dirname(place), { recursive: true });
  await writeFile(place, text);
}

const packages = await bundledPackages(metafile);
await writeFile("dist/THIRD-PARTY-LICENSES.txt", thirdPartyLicenses(packages));
const [lock, program] = await Promise.all(["package-lock.json", "package.json"].map(readJson));
const bill = billOfMaterials(packages, lock, program);
await writeFile("dist/sbom.cdx.json", `${JSON.stringify(bill, undefined, 2)}\n`);

async function readJson(path) {
  return JSON.parse(await readFile(path, "utf8"));
}

/** Today where nothing was released yet. */
function dateOfLastRelease(changelog) {
  const released = /^## \[\d[^\]]*\] - (\d{4}-\d{2}-\d{2})$/m.exec(changelog)?.[1];
  return released ?? new Date().toISOString().slice(0, 10);
}
