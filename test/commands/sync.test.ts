import { createHash } from "node:crypto";
import fs from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { takeLock } from "../../source/files/lock.ts";
import {
  addHostileNames,
  fileBytes,
  type NewFileSet,
  type Sandbox,
  type SandboxFile,
  type SandboxFileSet,
  startSandbox,
} from "../../source/sandbox/sandbox.ts";
import { type Home, makeHome, run } from "../support/program/run.ts";

let sandbox: Sandbox;
let home: Home;
let folder: string;
let owner: string;
let turn = 0;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

beforeAll(async () => {
  sandbox = await startSandbox({ empty: true });
  home = await makeHome({
    RDP_HOST: sandbox.host,
    RDP_CLIENT_ID: sandbox.clientId,
    RDP_CLIENT_SECRET: sandbox.clientSecret,
    CFS_RETRY_DELAY: "0",
  });
});

afterAll(async () => {
  await sandbox.close();
  await home.remove();
});

/** Each test has a package and a folder of its own. */
beforeEach(() => {
  turn += 1;
  folder = join(home.directory, `made-${turn}`);
  owner = `Pack-${turn}`;
  // Of its own each time: sign-ins are counted there, and many in a short time wait.
  const settings = join(home.directory, `settings-${turn}`);
  home = { ...home, environment: { ...home.environment, CFS_CONFIG_DIR: settings } };
  sandbox.catalogue.addPackage({ packageName: owner, bucketNames: ["bulk-A"] });
  sandbox.faults.clear();
});

const packageId = () => {
  const found = [...sandbox.catalogue.packages.values()].find((each) => each.packageName === owner);
  if (found === undefined) throw new Error("No package.");
  return found.packageId;
};

function add(name: string, ageHours: number, more: Partial<NewFileSet> = {}): SandboxFileSet {
  const atMs = Date.now() - ageHours * hourMs;
  return sandbox.catalogue.addFileSet({
    name,
    packageId: packageId(),
    contentToMs: atMs,
    createdMs: atMs,
    modifiedMs: atMs,
    files: [{ filename: `${name}.csv.gz`, bytes: 3_000 }],
    ...more,
  });
}

const sync = (...words: string[]) =>
  run(["sync", "bulk-A", "--package", owner, "-o", folder, ...words], home);
const filesOf = (fileSet: SandboxFileSet): readonly SandboxFile[] =>
  sandbox.catalogue.filesOf(fileSet);
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const sumOf = (file: SandboxFile) => sha256(fileBytes(file, 0, file.bytes - 1));
const sumOnDisk = async (name: string) => sha256(await fs.readFile(join(folder, name)));
const names = async () => (await fs.readdir(folder)).filter((name) => name !== ".cfs-sync").sort();
const saved = async (...words: string[]) =>
  (await sync("--json", ...words)).objects().map(({ name }) => name);

/** What was asked of the service while `work` ran, but for tokens: the places, in order. */
async function asked(work: () => Promise<unknown>): Promise<string[]> {
  const before = sandbox.requests.length;
  await work();
  return sandbox.requests
    .slice(before)
    .map(({ place }) => place)
    .filter((place) => place !== "token");
}

describe("cfs sync", () => {
  it("fetches all files of all READY sets, newest first, and says what came of it", async () => {
    const files = Array.from({ length: 115 }, (_, part) => ({
      filename: `Large-part${part}.csv.gz`,
      bytes: 1_000,
    }));
    const large = add("Large", 50, { files });
    const newest = add("Newest", 1);
    add("Growing", 0, { status: "PENDING" });
    const { code, stderr, objects } = await sync("--json");
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(
        /\n?116 new files, 0 there already, 0 failed: 118 kB in \d+ s\n$/,
      ),
    });
    expect(objects()).toHaveLength(116);
    const [first] = filesOf(newest);
    expect(objects()[0]).toEqual({
      fileId: first?.id,
      fileSetId: newest.id,
      name: "Newest.csv.gz",
      path: join(folder, "Newest.csv.gz"),
      size: 3_000,
      sha256: await sumOnDisk("Newest.csv.gz"),
      status: "saved",
      verifiedBy: "md5",
      bytesFetched: 3_000,
      seconds: expect.any(Number),
    });
    for (const file of filesOf(large)) expect(await sumOnDisk(file.filename)).toBe(sumOf(file));
    expect(await fs.readdir(join(folder, ".cfs-sync"))).toEqual(["manifest.json"]);
  });

  it("costs one listing request where nothing is new, and no other", async () => {
    for (let day = 0; day < 130; day += 1)
      add(`Day-${day}`, 24 * day, { availableToMs: Date.now() + dayMs });
    await sync();
    const again = await asked(async () => {
      const { code, stdout, stderr } = await sync();
      expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
      expect(stderr).toBe("0 new files, 130 there already, 0 failed: 0 B in 0 s\n");
    });
    expect(again).toEqual(["file-sets"]);
  });

  it.each([true, false])(
    "finds what became READY late, or visible late, after a complete run (next link whole: %s)",
    async (isWhole) => {
      sandbox.assumptions.nextLinkKeepsModifiedSince = isWhole;
      add("First", 1);
      const early = add("Early", 500, { status: "PENDING" });
      expect(await saved()).toEqual(["First.csv.gz"]);
      early.status = "READY";
      add("Hidden", 20);
      for (let count = 0; count < 120; count += 1)
        add(`Old-${count}`, 900, { files: [], availableToMs: Date.now() + dayMs });
      expect((await saved()).sort()).toEqual(["Early.csv.gz", "Hidden.csv.gz"]);
      sandbox.assumptions.nextLinkKeepsModifiedSince = true;
    },
  );

  it("fetches again what is not there any more, and with --verify what has another size, and replaces only that", async () => {
    const fileSet = add("Twins", 30, {
      files: [
        { filename: "same.csv.gz", bytes: 3_000 },
        { filename: "a/same.csv.gz", bytes: 3_100 },
        { filename: "third.csv.gz", bytes: 3_200 },
      ],
    });
    await sync();
    const before = await names();
    expect(before).toEqual(["same (2).csv.gz", "same.csv.gz", "third.csv.gz"]);
    await fs.appendFile(join(folder, "same (2).csv.gz"), "more");
    await fs.rm(join(folder, "third.csv.gz"));
    const { code, stderr, objects } = await sync("--json", "--verify");
    expect(code).toBe(0);
    expect(stderr).toContain("cfs: same (2).csv.gz is not as it was fetched.\n");
    expect(
      objects()
        .map(({ path }) => path)
        .sort(),
    ).toEqual(["same (2).csv.gz", "third.csv.gz"].map((name) => join(folder, name)));
    expect(await names()).toEqual(before);
    const sums = await Promise.all(before.map(sumOnDisk));
    expect(sums.sort()).toEqual(filesOf(fileSet).map(sumOf).sort());
  });

  it("repairs with --verify what only its bytes tell", async () => {
    const [file] = filesOf(add("Feed", 30));
    add("Other", 31);
    await sync();
    const path = join(folder, "Feed.csv.gz");
    const bytes = await fs.readFile(path);
    bytes[1_000] = 255 - (bytes[1_000] ?? 0);
    await fs.writeFile(path, bytes);
    expect(await saved()).toEqual([]);
    expect(await saved("--verify")).toEqual(["Feed.csv.gz"]);
    expect(await sumOnDisk("Feed.csv.gz")).toBe(file && sumOf(file));
    expect(await asked(() => sync("--verify"))).toEqual(["file-sets"]);
  });

  it("with --latest-init takes the newest Init and the Deltas after it, and keeps what these need", async () => {
    const delivery = (kind: string, from: number, to: number) =>
      add(`Feed-${kind}-2026-01-${to}`, 24 * (40 - to), {
        contentFromMs: kind === "Init" ? 0 : Date.now() - 24 * (40 - from) * hourMs,
      });
    delivery("Init", 0, 10);
    delivery("Delta", 10, 17);
    const init = delivery("Init", 0, 20);
    delivery("Delta", 20, 21);
    delivery("Delta", 23, 24);
    const first = await sync("--latest-init", "--json");
    // They are told as they end, and they are fetched side by side.
    expect(
      first
        .objects()
        .map(({ name }) => name)
        .sort(),
    ).toEqual([
      "Feed-Delta-2026-01-21.csv.gz",
      "Feed-Delta-2026-01-24.csv.gz",
      "Feed-Init-2026-01-20.csv.gz",
    ]);
    expect(first.stderr).toMatch(/cfs: Feed: gap: 2 days missing/);
    delivery("Delta", 21, 25);
    init.availableToMs = Date.now() - hourMs;
    const places = await asked(async () =>
      expect(await saved("--latest-init")).toEqual(["Feed-Delta-2026-01-25.csv.gz"]),
    );
    expect(places.filter((place) => place === "file-sets")).toHaveLength(1);
    expect((await sync("--latest-init", "--prune")).stderr).not.toContain("removed");
    delivery("Init", 0, 27);
    expect((await sync("--latest-init", "--prune")).stderr).toContain(", 4 removed:");
    expect(await names()).toEqual(["Feed-Init-2026-01-27.csv.gz"]);
  });

  it("removes with --prune what it brought and is not available any more, and nothing else", async () => {
    const gone = add("Gone", 300, {
      files: ["mine", "changed", "plain"].map((name) => ({
        filename: `${name}.csv.gz`,
        bytes: 900,
      })),
    });
    add("Stays", 2);
    const [mine] = filesOf(gone).filter(({ filename }) => filename === "mine.csv.gz");
    await fs.mkdir(folder);
    if (mine) await fs.writeFile(join(folder, "mine.csv.gz"), fileBytes(mine, 0, mine.bytes - 1));
    await fs.writeFile(join(folder, "notes.txt"), "mine too");
    await sync();
    await fs.writeFile(join(folder, "changed.csv.gz"), "9".repeat(900));
    gone.availableToMs = Date.now() - hourMs;
    await sync();
    expect(await names()).toHaveLength(5);
    const dry = await sync("--prune", "--dry-run", "--json");
    expect(dry.objects()).toMatchObject([{ step: "remove", name: "plain.csv.gz" }]);
    const { code, stderr } = await sync("--prune");
    expect(code).toBe(0);
    expect(stderr).toContain("cfs: changed.csv.gz was changed since it was fetched: it stays.\n");
    expect(stderr).toMatch(/0 new files, 1 there already, 0 failed, 1 removed: /);
    expect(await names()).toEqual(["Stays.csv.gz", "changed.csv.gz", "mine.csv.gz", "notes.txt"]);
    sandbox.faults.add({ on: "file-sets", effect: { kind: "edit", edit: () => ({ value: [] }) } });
    await sync("--prune");
    expect(await names()).toHaveLength(4);
  });

  it("only lists with --dry-run", async () => {
    add("One", 3);
    add("Two", 2, { files: [{ filename: "Two.csv.gz", bytes: 2_000_000 }] });
    const { code, stdout, stderr } = await sync("--dry-run");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "2 files to fetch, 2.0 MB\n" });
    expect(stdout).toMatch(
      /^STEP *\tSIZE *\tFILE *\tID\nfetch\t2\.0 MB\tTwo.csv.gz\t\S+\nfetch\t3\.0 kB\tOne.csv.gz\t\S+\n$/,
    );
    await expect(fs.stat(folder)).rejects.toThrow("ENOENT");
  });

  it("looks anew at a folder whose manifest is damaged, and fetches nothing of what is there", async () => {
    add("One", 3);
    add("Two", 2);
    await sync();
    await fs.writeFile(join(folder, ".cfs-sync", "manifest.json"), '{"version":1,"foll');
    const before = sandbox.requests.filter(({ place }) => place === "objects").length;
    const { code, stderr } = await sync();
    expect(code).toBe(0);
    expect(stderr).toMatch(/^cfs: What .+ holds is looked at anew, since .+\.\n/);
    expect(stderr).toMatch(/0 new files, 2 there already, 0 failed: 0 B/);
    expect(sandbox.requests.filter(({ place }) => place === "objects")).toHaveLength(before);
    expect(await asked(() => sync())).toEqual(["file-sets"]);
  });

  it("keeps several queries of one folder apart", async () => {
    add("Plain", 3);
    add("Marked", 2, { attributes: [{ name: "Kind", value: "Marked" }] });
    expect(await saved("--attribute", "Kind=Marked")).toEqual(["Marked.csv.gz"]);
    expect(await saved()).toEqual(["Plain.csv.gz"]);
    expect(await saved("--name", "Marked", "--prune")).toEqual([]);
    expect(await names()).toEqual(["Marked.csv.gz", "Plain.csv.gz"]);
  });

  it("tells failures, fetches the rest, and goes on with them the next time", async () => {
    add("Fine", 3);
    const broken = add("Broken", 2);
    sandbox.faults.add({
      on: "objects",
      when: ({ path }) => path.includes("Broken"),
      effect: { kind: "corrupt", at: 7 },
    });
    const failing = await sync("--json", "--quiet");
    expect(failing.code).toBe(6);
    expect(failing.stderr).toMatch(/^cfs: [^\n]*Broken[^\n]*\.\n$/);
    expect(
      failing
        .objects()
        .map(({ name, status }) => `${name} ${status}`)
        .sort(),
    ).toEqual(["Broken.csv.gz failed", "Fine.csv.gz saved"]);
    sandbox.faults.clear();
    expect(await saved()).toEqual(["Broken.csv.gz"]);
    broken.availableToMs = 0;
    sandbox.faults.add({ on: "file-sets", effect: { kind: "answer", status: 418 } });
    expect(await sync("--quiet")).toMatchObject({ code: 5, stdout: "" });
  });

  it("ends with 5 where the service lists fewer files than it tells of", async () => {
    add("Short", 2, { files: [1, 2].map((part) => ({ filename: `${part}.csv.gz`, bytes: 900 })) });
    const remove = sandbox.faults.add({
      on: "file-sets",
      effect: {
        kind: "edit",
        edit: ({ value }) => ({
          value: [value].flat().map((one) => Object.assign({}, one, { numFiles: 3 })),
        }),
      },
    });
    const { code, stderr } = await sync();
    expect(code).toBe(5);
    expect(stderr).toContain("the service tells of 3 files and lists 2.");
    expect(await names()).toEqual(["1.csv.gz", "2.csv.gz"]);
    remove();
    expect((await sync()).code).toBe(0);
  });

  it("keeps hostile names in the folder, and follows no link out of it", async () => {
    const outside = join(home.directory, `outside-${turn}`);
    await fs.mkdir(outside);
    await fs.writeFile(join(outside, "target"), "precious");
    await fs.mkdir(folder);
    await fs.symlink(join(outside, "target"), join(folder, "outside.csv.gz"));
    await fs.symlink(join(outside, "new"), join(folder, "in-a-folder.csv.gz"));
    const found = sandbox.catalogue.packages.get(packageId());
    const hostile = found && addHostileNames(sandbox.catalogue, found);
    const count = hostile ? filesOf(hostile).length : 0;
    expect((await sync()).code).toBe(0);
    expect(await fs.readFile(join(outside, "target"), "utf8")).toBe("precious");
    expect(await fs.readdir(outside)).toEqual(["target"]);
    // Both links stay, also the one that leads nowhere.
    expect((await names()).length).toBe(count + 2);
    expect((await fs.readdir(home.directory)).filter((name) => /csv/.test(name))).toEqual([]);
    expect(await saved("--verify")).toEqual([]);
  });

  it("is told where another works on the folder, and ends", async () => {
    add("One", 3);
    await sync();
    const lock = await takeLock(join(folder, ".cfs-sync", "lock"), "it");
    const { code, stdout, stderr } = await sync();
    expect({ code, stdout }).toEqual({ code: 7, stdout: "" });
    expect(stderr).toBe(
      `cfs: Syncing ${folder}: another cfs (process ${process.pid}) is syncing this folder. Wait until it has ended, or choose another folder.\n`,
    );
    await lock.release();
    expect((await sync()).code).toBe(0);
  });

  it.each([
    [["sync", "b", "-o", "x"], "--package is missing"],
    [["sync", "b", "--package", "p"], "-o is missing: the folder to bring up to date"],
    [
      ["sync", "b", "--package", "p", "-o", "x", "--watch", "5s"],
      '--watch: "5s" is not a span from 1m to 7d, such as 15m',
    ],
    [
      ["sync", "b", "--package", "p", "-o", "x", "--watch", "5m", "--dry-run"],
      "--dry-run and --watch do not go together",
    ],
    [
      ["sync", "b", "--package", "p", "-o", "x", "--status", "pending"],
      "only file sets that are READY are fetched",
    ],
  ])("refuses %j", async (words, why) => {
    expect(await run(words, home)).toMatchObject({
      code: 2,
      stdout: "",
      stderr: `cfs: Reading the call: ${why}. See cfs sync --help.\n`,
    });
  });
});
