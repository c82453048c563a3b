import { createHash } from "node:crypto";
import fs from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { randomFrom } from "../../source/sandbox/model/random.ts";
import {
  fileBytes,
  type Sandbox,
  type SandboxFile,
  startSandbox,
} from "../../source/sandbox/sandbox.ts";
import { type Home, makeHome, run, start } from "../support/program/run.ts";
import { waitUntil } from "../support/wait-until.ts";

const kills = 20;
/** Files at a time: so many are in flight at a kill. */
const jobs = 4;

let sandbox: Sandbox;
let home: Home;

beforeAll(async () => {
  sandbox = await startSandbox({ empty: true });
  home = await makeHome({
    RDP_HOST: sandbox.host,
    RDP_CLIENT_ID: sandbox.clientId,
    RDP_CLIENT_SECRET: sandbox.clientSecret,
    CFS_JOBS: String(jobs),
    CFS_RETRY_DELAY: "0",
  });
});

afterAll(async () => {
  await sandbox.close();
  await home.remove();
});

const sync = (words: readonly string[]) => start(["sync", "bulk-A", ...words], home);

function offer(packageName: string, sets: number, files: (set: number) => number[]): SandboxFile[] {
  const { catalogue } = sandbox;
  const { packageId } = catalogue.addPackage({ packageName, bucketNames: ["bulk-A"] });
  return Array.from({ length: sets }, (_, set) =>
    catalogue.filesOf(
      catalogue.addFileSet({
        name: `${packageName}-${set}`,
        packageId,
        files: files(set).map((bytes, part) => ({ filename: `${set}-part${part}.csv.gz`, bytes })),
      }),
    ),
  ).flat();
}

const objectRequests = () => sandbox.requests.filter(({ place }) => place === "objects");
const fileOf = ({ path }: { path: string }) => decodeURIComponent(path.split("/").at(-1) ?? "");

it(`killed ${kills} times at any moment, then run once more: every file right, none fetched twice but those in flight`, async () => {
  const folder = join(home.directory, "killed");
  const files = offer("Killed", 12, (set) => [
    3_000,
    40_000 + set,
    700_000,
    5_000,
    90_000,
    300_000,
  ]);
  const words = ["--package", "Killed", "-o", folder];
  sandbox.faults.add({ on: "objects", effect: { kind: "slow", bytesPerSecond: 1_500_000 } });
  const standing = async () => new Set(await fs.readdir(folder).catch((): string[] => []));
  const random = randomFrom(20);
  let refetched = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    const before = await standing();
    const seen = objectRequests().length;
    const begun = sandbox.requests.length;
    const { kill: end, ended } = sync(words);
    // Between the sign-in and any place of the fetching; then into what is done on disk.
    const requests = 1 + random.below(24);
    const delayMs = random.below(20);
    await waitUntil(() => sandbox.requests.length >= begun + requests);
    await wait(delayMs);
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
  const { code, stderr } = await run(["sync", "bulk-A", ...words], home);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining(", 0 failed: ") });
  refetched += objectRequests()
    .slice(seen)
    .filter((request) => before.has(fileOf(request))).length;
  expect(refetched).toBe(0);

  for (const file of files) {
    const hash = createHash("sha256").update(fileBytes(file, 0, file.bytes - 1));
    const found = createHash("sha256").update(await fs.readFile(join(folder, file.filename)));
    expect(found.digest("hex")).toBe(hash.digest("hex"));
  }
  expect((await standing()).size).toBe(files.length + 1);
  expect(await fs.readdir(join(folder, ".cfs-sync"))).toEqual(["manifest.json"]);
  const sent = objectRequests().reduce((sum, { bytesSent }) => sum + bytesSent, 0);
  const wanted = files.reduce((sum, { bytes }) => sum + bytes, 0);
  expect(sent).toBeLessThanOrEqual(wanted + kills * jobs * 700_000);
  expect(await run(["sync", "bulk-A", ...words], home)).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("0 new files, 72 there already"),
  });
});

it("what a killed run brought can be pruned", async () => {
  const folder = join(home.directory, "pruned");
  const files = offer("Pruned", 1, () => Array.from({ length: 8 }, () => 60_000));
  const words = ["--package", "Pruned", "-o", folder];
  sandbox.faults.add({ on: "objects", effect: { kind: "slow", bytesPerSecond: 300_000 } });
  const { kill, ended } = sync(words);
  await waitUntil(async () =>
    (await fs.readdir(folder).catch((): string[] => [])).some((name) => name.endsWith(".gz")),
  );
  kill("SIGKILL");
  await ended;
  sandbox.faults.clear();
  expect((await run(["sync", "bulk-A", ...words], home)).code).toBe(0);
  const [set] = [...sandbox.catalogue.fileSets.values()].filter(
    ({ id }) => id === files[0]?.filesetId,
  );
  if (set) set.availableToMs = 0;
  offer("Pruned-next", 0, () => []);
  const { catalogue } = sandbox;
  catalogue.addFileSet({ name: "Next", packageId: set?.packageId ?? "" });
  const { stderr } = await run(["sync", "bulk-A", ...words, "--prune"], home);
  expect(stderr).toContain("8 removed");
  expect(await fs.readdir(folder)).toEqual([".cfs-sync"]);
});

it("of two at once the second says so and ends; --watch keeps at it until ^C", async () => {
  const folder = join(home.directory, "watched");
  offer("Watched", 1, () => [3_000]);
  const words = ["--package", "Watched", "-o", folder];
  const { pid, kill, until, ended } = sync([...words, "--watch", "1m"]);
  await until(({ stderr }) => stderr.includes("the next look is at"));
  const second = await run(["sync", "bulk-A", ...words], home);
  expect(second).toMatchObject({ code: 7, stdout: "" });
  expect(second.stderr).toContain(`another cfs (process ${pid}) is syncing this folder.`);
  kill("SIGINT");
  expect(await ended).toMatchObject({
    code: 130,
    stderr: expect.stringMatching(
      /1 new file, 0 there already, 0 failed: 3\.0 kB in \d+ s\ncfs: the next look is at \d\d:\d\d\.\ncfs: interrupted\.\n$/,
    ),
  });
  expect(await fs.readdir(join(folder, ".cfs-sync"))).toEqual(["manifest.json"]);
});
