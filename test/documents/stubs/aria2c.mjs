// aria2c as far as the documents use it: addresses on standard input, -d FOLDER.
import { mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";

const words = process.argv.slice(2);
const folder = words[words.indexOf("-d") + 1] ?? ".";
await mkdir(folder, { recursive: true });
for await (const line of createInterface({ input: process.stdin })) {
  const response = await fetch(line);
  if (!response.ok) process.exit(22);
  const name = decodeURIComponent(basename(new URL(line).pathname)).replaceAll("/", "_");
  await writeFile(join(folder, name), Buffer.from(await response.arrayBuffer()));
}
