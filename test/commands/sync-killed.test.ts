import { createHash } from "node:crypto";
import fs from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { randomFrom } from "../../source/sandbox/model/random.ts";
import { fileBytes, type SandboxFile } from "../../source/sandbox/sandbox.ts";
import { clientCredentialsOf } from "../support/sandbox/credentials.ts";
import { test as base } from "../support/test.ts";
import { waitUntil } from "../support/wait-until.ts";

const kills = 20;
/** Files at a time: so many are in flight at a kill. */
const jobs = 4;

const it = base
  .extend("variables", ({ sandbox }) => ({
    ...clientCredentialsOf(sandbox),
    CFS_JOBS: String(jobs),
    CFS_RETRY_DELAY: "0",
  }))
  /** The folder to sync. */
  .extend("out", ({ folder }) => join(folder, "out"))
  .extend("start", ({ program }) => {
    return (words: readonly string[]) => program.start(["sync", "bulk-A", ...words]);
  })
  .extend("sync", ({ start }) => {
    return (words: readonly string[]) => start(words).ended;
  })
  /** Lists a package with this many file sets. */
  .extend("offer", ({ sandbox: { catalogue } }) => {
    return (packageName: string, sets: number, files: (set: number) => number[]): SandboxFile[] => {
      const { packageId } = catalogue.addPackage({ packageName, bucketNames: ["bulk-A"] });
      return Array.from({ length: sets }, (_, set) =>
        catalogue.filesOf(
          catalogue.addFileSet({
            name: `${packageName}-${set}`,
            packageId,
            files: files(set).map((bytes, part) => ({
              filename: `${set}-part${part}.csv.gz`,
              bytes,
            })),
          }),
        ),
      ).flat();
    };
  })
  .extend("objectRequests", ({ sandbox }) => {
    return () => sandbox.requests.filter(({ place }) => place === "objects");
  })
  .extend("bytesSent", ({ objectRequests }) => {
    return () => objectRequests().reduce((sum, { bytesSent }) => sum + bytesSent, 0);
  });

const fileOf = ({ path }: { path: string }) => decodeURIComponent(path.split("/").at(-1) ?? "");

it(`killed ${kills} times at any moment, then run once more: every file right, none fetched twice but those in flight`, async ({
  sandbox,
  out,
  start,
  sync,
  offer,
  objectRequests,
  bytesSent,
}) => {
  const files = offer("Killed", 12, (set) => [
    3_000,
    40_000 + set,
    700_000,
    5_000,
    90_000,
    300_000,
  ]);
  const words = ["--package", "Killed", "-o", out];
  sandbox.faults.add({ on: "objects", effect: { kind: "slow", bytesPerSecond: 1_500_000 } });
  const standing = async () => new Set(await fs.readdir(out).catch((): string[] => []));
  const random = randomFrom(20);
  let refetched = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    const before = await standing();
    const seen = objectRequests().length;
    const begun = sandbox.requests.length;
    const { kill: end, ended } = start(words);
    // After any request, starting with the sign-in, or while bodies are received and written.
    const requests = 1 + random.below(24);
    const bytes = random.below(2) * random.below(100_000);
    await waitUntil(() => sandbox.requests.length >= begun + requests);
    const sent = bytesSent();
    await waitUntil(() => bytesSent() >= sent + bytes);
    end("SIGKILL");
    await ended;
    refetched += objectRequests()
      .slice(seen)
      .filter((request) => before.has(fileOf(request))).length;
  }
  sandbox.faults.clear();
  const before = await standing();
  const seen = objectRequests().length;
  expect(before.size).toBeLessThan(files.length);
  const { code, stderr } = await sync(words);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining(", 0 failed: ") });
  refetched += objectRequests()
    .slice(seen)
    .filter((request) => before.has(fileOf(request))).length;
  expect(refetched).toBe(0);

  for (const file of files) {
    const hash = createHash("sha256").update(fileBytes(file, 0, file.bytes - 1));
    const found = createHash("sha256").update(await fs.readFile(join(out, file.filename)));
    expect(found.digest("hex")).toBe(hash.digest("hex"));
  }
  expect((await standing()).size).toBe(files.length + 1);
  expect(await fs.readdir(join(out, ".cfs-sync"))).toEqual(["manifest.json"]);
  const wanted = files.reduce((sum, { bytes }) => sum + bytes, 0);
  expect(bytesSent()).toBeLessThanOrEqual(wanted + kills * jobs * 700_000);
  expect(await sync(words)).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("Up to date: 72 files, nothing new."),
  });
});

it("files that a killed run fetched can be pruned", async ({
  sandbox,
  out,
  start,
  sync,
  offer,
}) => {
  const files = offer("Pruned", 1, () => Array.from({ length: 8 }, () => 60_000));
  const words = ["--package", "Pruned", "-o", out];
  sandbox.faults.add({ on: "objects", effect: { kind: "slow", bytesPerSecond: 300_000 } });
  const { kill, ended } = start(words);
  await waitUntil(async () =>
    (await fs.readdir(out).catch((): string[] => [])).some((name) => name.endsWith(".gz")),
  );
  kill("SIGKILL");
  await ended;
  sandbox.faults.clear();
  expect((await sync(words)).code).toBe(0);
  const [set] = [...sandbox.catalogue.fileSets.values()].filter(
    ({ id }) => id === files[0]?.filesetId,
  );
  if (set) set.availableToMs = 0;
  offer("Pruned-next", 0, () => []);
  const { catalogue } = sandbox;
  catalogue.addFileSet({ name: "Next", packageId: set?.packageId ?? "" });
  const { stderr } = await sync([...words, "--prune"]);
  expect(stderr).toContain("8 removed");
  expect(await fs.readdir(out)).toEqual([".cfs-sync"]);
});

it("of two at once the second reports the first and exits; --watch keeps running until ^C", async ({
  out,
  start,
  sync,
  offer,
}) => {
  offer("Watched", 1, () => [3_000]);
  const words = ["--package", "Watched", "-o", out];
  const { pid, kill, until, ended } = start([...words, "--watch", "15m"]);
  await until(({ stderr }) => stderr.includes("the next sync is at"));
  const second = await sync(words);
  expect(second).toMatchObject({ code: 7, stdout: "" });
  expect(second.stderr).toContain(`another cfs (process ${pid}) is syncing this folder.`);
  kill("SIGINT");
  expect(await ended).toMatchObject({
    code: 130,
    stderr: expect.stringMatching(
      /1 new file, 0 up to date, 0 failed: 3\.0 kB in \d+s\ncfs: the next sync is at \d\d:\d\d\.\ncfs: interrupted\.\n$/,
    ),
  });
  expect(await fs.readdir(join(out, ".cfs-sync"))).toEqual(["manifest.json"]);
});
