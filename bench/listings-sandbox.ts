import process from "node:process";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { startSandbox } from "../source/sandbox/sandbox.ts";

/**
 * A service with a bucket and a package for each number in its words: so many file sets, each with one
 * file of 1,000 bytes, or of --bytes. Prints where it is as one JSON object, then for each line that it
 * reads how many requests came since the last, by place.
 */
const sandbox = await startSandbox({ empty: true });
sandbox.assumptions.tokenRequestsPerMinute = Number.POSITIVE_INFINITY;
const hourMs = 3_600_000;

const { values, positionals } = parseArgs({
  options: { bytes: { type: "string", default: "1000" } },
  allowPositionals: true,
});
for (const count of positionals.map(Number)) {
  const name = `Sets-${count}`;
  const { packageId } = sandbox.catalogue.addPackage({ packageName: name, bucketNames: [name] });
  for (let hour = 0; hour < count; hour += 1) {
    const atMs = Date.now() - hour * hourMs;
    const dated = `Bulk-ESG-${name}-Social-Delta-${new Date(atMs).toISOString()}`;
    sandbox.catalogue.addFileSet({
      name: dated,
      packageId,
      contentToMs: atMs,
      createdMs: atMs,
      modifiedMs: atMs,
      availableToMs: Date.now() + 24 * hourMs,
      attributes: [
        { name: "ContentType", value: "ESG Scores" },
        { name: "ResultCount", value: String(hour) },
      ],
      files: [{ filename: `${dated}.csv`, bytes: Number(values.bytes) }],
    });
  }
}

const { appKey, host, password, username } = sandbox;
process.stdout.write(`${JSON.stringify({ host, username, password, appKey })}\n`);
let seen = 0;
createInterface({ input: process.stdin })
  .on("line", () => {
    const counts: Record<string, number> = {};
    // The log drops its oldest half when it gets long.
    for (const { place } of sandbox.requests.slice(Math.min(seen, sandbox.requests.length)))
      counts[place] = (counts[place] ?? 0) + 1;
    seen = sandbox.requests.length;
    process.stdout.write(`${JSON.stringify(counts)}\n`);
  })
  .on("close", () => process.exit(0));
