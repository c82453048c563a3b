import { createHash } from "node:crypto";
import fs from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { fileBytes, type SandboxFile } from "../../source/sandbox/sandbox.ts";
import { clientCredentialsOf } from "../support/sandbox/credentials.ts";
import { syncTest } from "./sync-fixture.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const sumOf = (file: SandboxFile) => sha256(fileBytes(file, 0, file.bytes - 1));

const it = syncTest
  .extend("variables", ({ sandbox }) => ({
    ...clientCredentialsOf(sandbox),
    CFS_RETRY_DELAY: "0",
  }))
  .extend(
    "sumOnDisk",
    ({ out }) =>
      async (name: string) =>
        sha256(await fs.readFile(join(out, name))),
  );

describe("cfs sync", () => {
  it("fetches all files of all READY sets, newest first, and says what came of it", async ({
    out,
    sync,
    add,
    filesOf,
    sandbox,
    sumOnDisk,
  }) => {
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
      stderr: expect.stringMatching(/\n?116 new files, 0 up to date, 0 failed: 118 kB in \d+s\n$/),
    });
    expect(objects()).toHaveLength(116);
    const [first] = filesOf(newest);
    const listed = sandbox.requests.filter(({ place }) => place === "files");
    expect(listed[0]?.query.get("filesetId")).toBe(newest.id);
    // Several files arrive at once, and any of them may be complete first.
    expect(objects().find(({ fileId }) => fileId === first?.id)).toEqual({
      fileId: first?.id,
      fileSetId: newest.id,
      name: "Newest.csv.gz",
      path: join(out, "Newest.csv.gz"),
      size: 3_000,
      sha256: await sumOnDisk("Newest.csv.gz"),
      status: "saved",
      verifiedBy: "md5",
      bytesFetched: 3_000,
      seconds: expect.any(Number),
    });
    for (const file of filesOf(large)) expect(await sumOnDisk(file.filename)).toBe(sumOf(file));
    expect(await fs.readdir(join(out, ".cfs-sync"))).toEqual(["manifest.json"]);
  });

  it("makes only one listing request if nothing is new", async ({ sync, add, askedBy }) => {
    for (let day = 0; day < 130; day += 1)
      add(`Day-${day}`, 24 * day, { availableToMs: Date.now() + dayMs });
    await sync();
    const again = await askedBy(async () => {
      const { code, stdout, stderr } = await sync();
      expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
      expect(stderr).toBe("Up to date: 130 files, nothing new.\n");
    });
    expect(again).toEqual(["file-sets"]);
  });

  it.for([true, false] as const)(
    "finds what became READY late, or visible late, after a complete run (next link whole: %s)",
    async (isWhole, { sandbox, add, saved }) => {
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

  it("fetches again what is not there any more, and with --verify what has another size, and replaces only that", async ({
    out,
    sync,
    add,
    filesOf,
    sumOnDisk,
    names,
  }) => {
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
    await fs.appendFile(join(out, "same (2).csv.gz"), "more");
    await fs.rm(join(out, "third.csv.gz"));
    const { code, stderr, objects } = await sync("--json", "--verify");
    expect(code).toBe(0);
    expect(stderr).toContain("cfs: same (2).csv.gz was changed since it was fetched.\n");
    expect(
      objects()
        .map(({ path }) => path)
        .sort(),
    ).toEqual(["same (2).csv.gz", "third.csv.gz"].map((name) => join(out, name)));
    expect(await names()).toEqual(before);
    const sums = await Promise.all(before.map(sumOnDisk));
    expect(sums.sort()).toEqual(filesOf(fileSet).map(sumOf).sort());
  });

  it("repairs with --verify a file that only its bytes show to be damaged", async ({
    out,
    sync,
    add,
    filesOf,
    sumOnDisk,
    saved,
    askedBy,
  }) => {
    const [file] = filesOf(add("Feed", 30));
    add("Other", 31);
    await sync();
    const path = join(out, "Feed.csv.gz");
    const bytes = await fs.readFile(path);
    bytes[1_000] = 255 - (bytes[1_000] ?? 0);
    await fs.writeFile(path, bytes);
    expect(await saved()).toEqual([]);
    expect(await saved("--verify")).toEqual(["Feed.csv.gz"]);
    expect(await sumOnDisk("Feed.csv.gz")).toBe(file && sumOf(file));
    expect(await askedBy(() => sync("--verify"))).toEqual(["file-sets"]);
  });

  it("with --latest-init takes the newest Init and the Deltas after it, and keeps what these need", async ({
    sync,
    add,
    names,
    saved,
    askedBy,
  }) => {
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
    const places = await askedBy(async () =>
      expect(await saved("--latest-init")).toEqual(["Feed-Delta-2026-01-25.csv.gz"]),
    );
    expect(places.filter((place) => place === "file-sets")).toHaveLength(1);
    expect((await sync("--latest-init", "--prune")).stderr).not.toContain("removed");
    delivery("Init", 0, 27);
    expect((await sync("--latest-init", "--prune")).stderr).toContain(", 4 removed:");
    expect(await names()).toEqual(["Feed-Init-2026-01-27.csv.gz"]);
  });

  it("removes with --prune what it brought and is not available any more, and nothing else", async ({
    sandbox,
    out,
    sync,
    add,
    filesOf,
    names,
  }) => {
    const gone = add("Gone", 300, {
      files: ["mine", "changed", "plain"].map((name) => ({
        filename: `${name}.csv.gz`,
        bytes: 900,
      })),
    });
    add("Stays", 2);
    const [mine] = filesOf(gone).filter(({ filename }) => filename === "mine.csv.gz");
    await fs.mkdir(out);
    if (mine) await fs.writeFile(join(out, "mine.csv.gz"), fileBytes(mine, 0, mine.bytes - 1));
    await fs.writeFile(join(out, "notes.txt"), "mine too");
    await sync();
    await fs.writeFile(join(out, "changed.csv.gz"), "9".repeat(900));
    gone.availableToMs = Date.now() - hourMs;
    await sync();
    expect(await names()).toHaveLength(5);
    const dry = await sync("--prune", "--dry-run", "--json");
    expect(dry.objects()).toMatchObject([{ step: "remove", name: "plain.csv.gz" }]);
    const { code, stderr } = await sync("--prune");
    expect(code).toBe(0);
    expect(stderr).toContain(
      "cfs: changed.csv.gz was changed since it was fetched, so it is kept.\n",
    );
    expect(stderr).toMatch(/0 new files, 1 up to date, 0 failed, 1 removed: /);
    expect(await names()).toEqual(["Stays.csv.gz", "changed.csv.gz", "mine.csv.gz", "notes.txt"]);
    sandbox.faults.add({ on: "file-sets", effect: { kind: "edit", edit: () => ({ value: [] }) } });
    await sync("--prune");
    expect(await names()).toHaveLength(4);
  });

  it("only lists with --dry-run", async ({ out, sync, add }) => {
    add("One", 3);
    add("Two", 2, { files: [{ filename: "Two.csv.gz", bytes: 2_000_000 }] });
    const { code, stdout, stderr } = await sync("--dry-run");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "2 files to fetch, 2.0 MB\n" });
    expect(stdout).toMatch(/^fetch\t2000000\tTwo.csv.gz\t\S+\nfetch\t3000\tOne.csv.gz\t\S+\n$/);
    await expect(fs.stat(out)).rejects.toThrow("ENOENT");
  });

  it("keeps several queries of one folder apart", async ({ add, names, saved }) => {
    add("Plain", 3);
    add("Marked", 2, { attributes: [{ name: "Kind", value: "Marked" }] });
    expect(await saved("--attribute", "Kind=Marked")).toEqual(["Marked.csv.gz"]);
    expect(await saved()).toEqual(["Plain.csv.gz"]);
    expect(await saved("--name", "Marked", "--prune")).toEqual([]);
    expect(await names()).toEqual(["Marked.csv.gz", "Plain.csv.gz"]);
  });
});
