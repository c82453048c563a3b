import { createWriteStream, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import * as v from "valibot";
import { bodyOf } from "../../source/sandbox/body/file-bytes.ts";
import { objectPath } from "../../source/sandbox/object-store/presigned-url.ts";
import { bodyDigest, type SandboxFile, startSandbox } from "../../source/sandbox/sandbox.ts";

/**
 * The service of the links, over TLS. Usage: service DIRECTORY WORKS, where WORKS is a JSON array and
 * DIRECTORY has key.pem and cert.pem. Writes the objects to DIRECTORY/files, for a web server, and prints
 * their list. Each line that it reads is the new origin of that web server, behind another link; the session
 * of the previous link ends.
 */
const worksShape = v.array(
  v.object({ name: v.string(), fileSets: v.number(), filesEach: v.number(), bytes: v.number() }),
);

const [directory = ".", worksText = ""] = process.argv.slice(2);
const pem = (name: string) => readFileSync(path.join(directory, name), "utf8");
const sandbox = await startSandbox({
  empty: true,
  tls: { key: pem("key.pem"), cert: pem("cert.pem") },
});
sandbox.assumptions.tokenRequestsPerMinute = Number.POSITIVE_INFINITY;
const { catalogue } = sandbox;
const { packageId } = catalogue.addPackage({ packageName: "Links", bucketNames: ["bulk-Links"] });
let origin = sandbox.objectHost;
sandbox.faults.add({
  on: "stream",
  effect: {
    kind: "edit",
    edit: (body) => ({ ...body, url: `${body["url"]}`.replace(sandbox.objectHost, origin) }),
  },
});

async function putObject(file: SandboxFile) {
  const place = objectPath(file, catalogue);
  const onDisk = path.join(directory, "files", decodeURIComponent(place));
  mkdirSync(path.dirname(onDisk), { recursive: true });
  await pipeline(Readable.from(bodyOf(file).pieces(0, file.bytes)), createWriteStream(onDisk));
  const { id, filename, bytes } = file;
  return { id, filename, bytes, path: place, md5: await bodyDigest(file, "md5") };
}

async function addWork({ name, fileSets, filesEach, bytes }: v.InferOutput<typeof worksShape>[0]) {
  const names = Array.from(
    { length: fileSets },
    (_, set) => `Links-${name.replaceAll(" ", "-")}-${set + 1}`,
  );
  const added = names.map((setName) =>
    catalogue.addFileSet({
      name: setName,
      packageId,
      files: Array.from({ length: filesEach }, (_, part) => ({
        filename: `${setName}-part${part + 1}.jsonl.gz`,
        bytes,
        listedMd5: "true",
      })),
    }),
  );
  const files = [];
  for (const fileSet of added)
    for (const file of catalogue.filesOf(fileSet)) files.push(await putObject(file));
  return { name, fileSetIds: added.map(({ id }) => id), files };
}

const works = [];
for (const work of v.parse(worksShape, JSON.parse(worksText))) works.push(await addWork(work));
const { appKey, host, password, username } = sandbox;
const print = (answer: unknown) => process.stdout.write(`${JSON.stringify(answer)}\n`);
print({ host, username, password, appKey, works });
createInterface({ input: process.stdin })
  .on("line", (line) => {
    origin = line;
    sandbox.endSessions();
    print({});
  })
  .on("close", () => process.exit(0));
