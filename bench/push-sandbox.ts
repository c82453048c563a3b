import process from "node:process";
import { createInterface } from "node:readline";
import { startSandbox } from "../source/sandbox/sandbox.ts";

/**
 * A service with one package. Prints where it is as one JSON object, then publishes a file set with one file
 * of 1 MB for each line that it reads, and prints the name of the file.
 */
const sandbox = await startSandbox({ empty: true });
sandbox.assumptions.tokenRequestsPerMinute = Number.POSITIVE_INFINITY;
const { packageId } = sandbox.catalogue.addPackage({
  packageName: "Pack-A",
  bucketNames: ["bulk-A"],
});
const print = (facts: object) => process.stdout.write(`${JSON.stringify(facts)}\n`);

const { appKey, host, password, username } = sandbox;
print({ host, username, password, appKey });
let count = 0;
createInterface({ input: process.stdin })
  .on("line", () => {
    count += 1;
    const filename = `Set-${count}.csv.gz`;
    sandbox.push.publish({
      name: `Set-${count}`,
      packageId,
      files: [{ filename, bytes: 1_000_000 }],
    });
    print({ filename });
  })
  .on("close", () => process.exit(0));
