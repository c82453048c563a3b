import { readFile, rm, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

// Writes the README's table of keys anew, from the commands of the program.
const outfile = "dist/key-table.mjs";
await build({
  entryPoints: ["source/keys/key-table.ts"],
  outfile,
  bundle: true,
  format: "esm",
  platform: "node",
});
const { keyTable } = await import(pathToFileURL(outfile).href);
await rm(outfile);
const readme = await readFile("README.md", "utf8");
const [head, , tail] = readme.split(/<!-- keys -->\n|<!-- end of keys -->\n/);
await writeFile("README.md", `${head}<!-- keys -->\n${keyTable()}\n<!-- end of keys -->\n${tail}`);
