// curl as far as the documents use it: -o FILE URL, or URL to standard output.
import { writeFile } from "node:fs/promises";

const words = process.argv.slice(2);
const place = words.findIndex((word) => /^-\w*o$/.test(word));
const file = place < 0 ? undefined : words[place + 1];
const url = words.find((word) => /^https?:/.test(word));
const response = await fetch(url);
if (!response.ok) process.exit(22);
const body = Buffer.from(await response.arrayBuffer());
if (file === undefined) process.stdout.write(body);
else await writeFile(file, body);
