import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const textName = /^(licen[sc]e|copying|notice)/i;
const keptTexts = join(dirname(fileURLToPath(import.meta.url)), "license-texts");

/** What a bank's lawyers let in unasked: any other licence stops the build until somebody has read it. */
const accepted = new Set([
  "MIT",
  "ISC",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "0BSD",
  "Apache-2.0",
]);

/**
 * The packages of which the bundle holds at least a byte, from esbuild's record of the build,
 * in the order of their names: `{ path, name, version, license, description, dependencies, texts }`.
 * Fails for a package without a licence text, and for a licence that was not accepted yet.
 */
export async function bundledPackages(metafile) {
  const paths = new Set();
  for (const { inputs } of Object.values(metafile.outputs)) {
    for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
      const path = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
      if (path !== undefined && bytesInOutput > 0) paths.add(path);
    }
  }
  const packages = await Promise.all([...paths].map(read));
  return packages.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : order(a, b)));
}

function order(a, b) {
  return a.path < b.path ? -1 : 1;
}

async function read(path) {
  const manifest = JSON.parse(await readFile(join(path, "package.json"), "utf8"));
  const { name, version, license, description = "", dependencies = {} } = manifest;
  if (!accepted.has(license)) {
    throw new Error(
      `${name} ${version} is under ${license}, which scripts/bundled-packages.mjs does not accept.`,
    );
  }
  const texts = await textsOf(path, name);
  return { path, name, version, license, description, dependencies, texts };
}

async function textsOf(path, name) {
  const files = (await readdir(path)).filter((file) => textName.test(file)).sort();
  if (files.length > 0) return Promise.all(files.map((file) => text(join(path, file))));
  try {
    return [await text(join(keptTexts, `${name.replace("/", "-")}.txt`))];
  } catch (cause) {
    throw new Error(`${name} ships no licence text: put its own into scripts/license-texts.`, {
      cause,
    });
  }
}

async function text(path) {
  return (await readFile(path, "utf8")).replaceAll("\r\n", "\n").trim();
}
