import process from "node:process";
import fetch from "node-fetch";
import { createObjectAgents } from "../source/network/agents.ts";

/**
 * What node-fetch alone takes for the files of one server, over the same connections as the engine's:
 * nothing is listed, checked or saved. The lower bound of every program that is built on it.
 * Usage: node node-fetch-alone.mjs ORIGIN CONNECTIONS < listing
 */
const [origin = "", connections = "1"] = process.argv.slice(2);
const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
const listing: { name: string }[] = JSON.parse(Buffer.concat(chunks).toString());
const agent = createObjectAgents();

async function fetchNext(): Promise<void> {
  for (let file = listing.shift(); file !== undefined; file = listing.shift()) {
    const { body, status } = await fetch(`${origin}/${file.name}`, { agent, compress: false });
    if (body === null || status !== 200) throw new Error(`${file.name}: ${status}`);
    await new Promise((resolve, reject) => {
      body
        .on("data", () => undefined)
        .on("end", resolve)
        .on("error", reject);
    });
  }
}

await Promise.all(Array.from({ length: Number(connections) }, fetchNext));
process.exit();
