import process from "node:process";
import { startSandbox } from "../source/sandbox/sandbox.ts";

/**
 * A service with lists of several lengths: in the bucket "few" a package with 57 file sets, in "many" one
 * with as many as the first word says, in "wide" as many packages as the second word says; in "large" a
 * package whose file set has four files, served slowly. Prints where it is, as one JSON object.
 */
const [fileSets = "100000", packages = "10000", bytesPerSecond = "2000000"] = process.argv.slice(2);
const sandbox = await startSandbox({ empty: true, bytesPerSecond: Number(bytesPerSecond) });
const hourMs = 3_600_000;
const first = Date.UTC(2026, 10, 23);

function addHours(bucket: string, hours: number): void {
  const packageName = `Bulk-ESG-Global-Raw-Full-${bucket}`;
  const { packageId } = sandbox.catalogue.addPackage({ packageName, bucketNames: [bucket] });
  for (let hour = 0; hour < hours; hour++) {
    const contentToMs = first - hour * hourMs;
    const time = new Date(contentToMs).toISOString();
    sandbox.catalogue.addFileSet({
      name: `${packageName}-Social-Csv-Delta-${time.slice(0, 13)}`,
      packageId,
      contentToMs,
      files: [],
    });
  }
}

addHours("few", 57);
addHours("many", Number(fileSets));
for (let count = 0; count < Number(packages); count++) {
  const packageName = `Bulk-ESG-Global-Raw-Part${count}-v1`;
  sandbox.catalogue.addPackage({ packageName, bucketNames: ["wide"] });
}
const { packageId } = sandbox.catalogue.addPackage({
  packageName: "Bulk-ESG-Global-Large",
  bucketNames: ["large"],
});
sandbox.catalogue.addFileSet({
  name: "Bulk-ESG-Global-Large-Init-2026-11-23",
  packageId,
  files: Array.from({ length: 4 }, (_, part) => ({
    filename: `Bulk-ESG-Global-Large-Init-part${part + 1}.bin`,
    bytes: 2_000_000_000,
  })),
});
const { appKey, host, password, username } = sandbox;
process.stdout.write(`${JSON.stringify({ host, username, password, appKey })}\n`);
process.stdin.on("end", () => process.exit(0)).resume();
