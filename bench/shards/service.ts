import process from "node:process";
import { createInterface } from "node:readline";
import { startSandbox } from "../../source/sandbox/sandbox.ts";

/**
 * A service with one package. Usage: service FILES LEAST MOST LATENCY, where the sizes of the files lie between
 * LEAST and MOST bytes, each order of magnitude equally often. Every answer takes LATENCY milliseconds. Prints
 * where it is, then for each line that it reads its processor time.
 */
const [files = 0, least = 0, most = 0, latencyMs = 0] = process.argv.slice(2).map(Number);
const filesEach = 100;
const sandbox = await startSandbox({ empty: true, latencyMs, accessTokenSeconds: 36_000 });
sandbox.assumptions.tokenRequestsPerMinute = Number.POSITIVE_INFINITY;
const { packageId } = sandbox.catalogue.addPackage({
  packageName: "Pack-A",
  bucketNames: ["bulk-A"],
});

/** Spreads the sizes evenly, in an order that looks random and is always the same. */
function sizeOf(index: number): number {
  const share = ((index * 1_117) % files) / files;
  return Math.round(least * (most / least) ** share);
}

for (let first = 0; first < files; first += filesEach) {
  const name = `Set-${first / filesEach + 1}`;
  const count = Math.min(filesEach, files - first);
  sandbox.catalogue.addFileSet({
    name,
    packageId,
    files: Array.from({ length: count }, (_, part) => ({
      filename: `${name}-part${part + 1}.csv`,
      bytes: sizeOf(first + part),
      listedMd5: "true",
    })),
  });
}

const { appKey, host, password, username } = sandbox;
const print = (answer: unknown) => process.stdout.write(`${JSON.stringify(answer)}\n`);
print({ host, username, password, appKey });
createInterface({ input: process.stdin })
  .on("line", () => {
    const { user, system } = process.cpuUsage();
    print({ cpuSeconds: (user + system) / 1e6 });
  })
  .on("close", () => process.exit(0));
