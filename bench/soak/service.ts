import process from "node:process";
import * as v from "valibot";
import type { NewFile, SandboxFile } from "../../source/sandbox/sandbox.ts";
import { bodyDigest, startSandbox } from "../../source/sandbox/sandbox.ts";
import { addRandomFaults } from "./random-faults.ts";

/*
 * The service of a soak, in a process of its own, so that nothing of it counts as held by the program.
 * Its parent asks for file sets, one at a time; the one before vanishes.
 */

const askedShape = v.object({ round: v.number(), files: v.number() });

const [seed = "1"] = process.argv.slice(2);
const sandbox = await startSandbox({ empty: true, accessTokenSeconds: 90, latencyMs: 10 });
const { catalogue, host, username, password, appKey } = sandbox;
const { packageId } = catalogue.addPackage({ packageName: "Soak", bucketNames: ["bulk-Soak"] });
const random = addRandomFaults(sandbox, Number(seed));
let last: { availableToMs: number } | undefined;

process.on("message", async (message) => {
  const { round, files } = v.parse(askedShape, message);
  if (last !== undefined) last.availableToMs = 0;
  const fileSet = catalogue.addFileSet({
    name: `Soak-${round}`,
    packageId,
    files: Array.from({ length: files }, (_, part) => newFile(part)),
  });
  last = fileSet;
  const listed = catalogue.filesOf(fileSet);
  const sums = await Promise.all(listed.map(sumsOf));
  process.send?.({
    fileSetId: fileSet.id,
    sums: Object.fromEntries(listed.map(({ id }, index) => [id, sums[index]])),
  });
});
process.on("disconnect", () => process.exit(0));
process.send?.({ host, username, password, appKey });

function newFile(part: number): NewFile {
  const ending = random.pick(["csv.gz", "jsonl.gz", "csv", "zip"]);
  const bytes = random.pick([3_000, 40_000, 120_000, 300_000, 900_000, 3_000_000]);
  return {
    filename: `part-${part}.${ending}`,
    bytes: bytes + random.below(bytes),
    // Nothing else would tell of a byte that was changed on its way.
    listedMd5: ending === "csv" ? "true" : random.pick(["true", "true", "missing"]),
    listedSize: random.pick(["true", "true", "true", "missing"]),
  };
}

/** What may stand on disk: the object, and the other that the fault "changed" puts in its place. */
async function sumsOf(file: SandboxFile): Promise<string[]> {
  const other = { ...file, version: file.version + 1 };
  return [await bodyDigest(file, "sha256"), await bodyDigest(other, "sha256")];
}
