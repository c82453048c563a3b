import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { fileBytes, type SandboxFile } from "../../source/sandbox/sandbox.ts";
import { syncTest } from "./sync-fixture.ts";

const it = syncTest
  .extend("runsHere", true)
  .extend(
    "inFolder",
    ({ out }) =>
      (name: string) =>
        readFile(join(out, name), "utf8"),
  )
  /** A file set with one file, which is in the folder. */
  .extend("fileSet", async ({ offer, sync }) => {
    const fileSet = offer("Feed-2026-01-01", 48, ["a.csv.gz"]);
    await sync();
    return fileSet;
  })
  .extend("file", ({ fileSet, sandbox }) => {
    const [file] = sandbox.catalogue.filesOf(fileSet);
    if (file === undefined) throw new Error("No file.");
    return file;
  });

const bytesOf = (file: SandboxFile) => Buffer.from(fileBytes(file, 0, file.bytes - 1));

describe("of what changed after a complete run, cfs sync", () => {
  it("fetches what a set got later, and a file that was replaced, but no other", async ({
    sandbox,
    offer,
    sync,
    asked,
    expectWhole,
  }) => {
    const { catalogue } = sandbox;
    const fileSet = offer("Feed-2026-01-01", 48, ["a.csv.gz", "b.csv.gz"]);
    await sync();
    const later = catalogue.addFile(fileSet, { filename: "c.csv.gz", bytes: 3_000 });
    const replaced = catalogue.filesOf(fileSet).find(({ filename }) => filename === "a.csv.gz");
    if (replaced === undefined) throw new Error("a.csv.gz is not listed.");
    Object.assign(replaced, { version: 2, modifiedMs: Date.now() + 2_000 });
    fileSet.modifiedMs = Date.now() + 2_000;
    const { code, objects } = await sync("--json");
    expect(code).toBe(0);
    expect(
      objects()
        .map(({ fileId }) => fileId)
        .sort(),
    ).toEqual([later.id, replaced.id].sort());
    await expectWhole([fileSet]);
    asked();
    await sync();
    expect(asked()).toEqual({ "file-sets": 1 });
  });

  it("leaves a file that was there before it as the user made it", async ({
    sandbox,
    out,
    offer,
    sync,
    asked,
  }) => {
    const fileSet = offer("Feed-2026-01-01", 48, ["a.csv.gz"]);
    const [file] = sandbox.catalogue.filesOf(fileSet);
    if (file === undefined) throw new Error("No file.");
    await mkdir(out, { recursive: true });
    await writeFile(join(out, "a.csv.gz"), fileBytes(file, 0, file.bytes - 1));
    await sync();
    await writeFile(join(out, "a.csv.gz"), "my own");
    expect((await sync()).code).toBe(0);
    expect(await readFile(join(out, "a.csv.gz"), "utf8")).toBe("my own");
    expect(await readFile(join(out, "a (2).csv.gz"))).toEqual(
      Buffer.from(fileBytes(file, 0, file.bytes - 1)),
    );
    asked();
    await sync("--verify", "--prune");
    expect(asked()).toEqual({ "file-sets": 1 });
  });
});

describe("a file that was changed after cfs sync brought it", () => {
  const stays = "cfs: a.csv.gz was changed since it was fetched, so it is kept.\n";

  it("stays, and the service's comes beside it, once", async ({
    out,
    sync,
    asked,
    inFolder,
    file,
  }) => {
    await writeFile(join(out, "a.csv.gz"), "my own");
    const dry = await sync("--dry-run", "--json");
    expect(dry.objects()).toMatchObject([{ step: "fetch", name: "a.csv.gz" }]);
    const { code, stdout, stderr } = await sync("--prune");
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${join(out, "a (2).csv.gz")}\n` });
    expect(stderr).toContain(stays);
    expect(await inFolder("a.csv.gz")).toBe("my own");
    expect(await readFile(join(out, "a (2).csv.gz"))).toEqual(bytesOf(file));
    asked();
    for (const words of [[], ["--verify", "--prune"]]) {
      const again = await sync(...words);
      expect(again.stderr).toMatch(/^Up to date: 1 file, nothing new\./);
    }
    expect(asked()).toEqual({ "file-sets": 2 });
    expect(await inFolder("a.csv.gz")).toBe("my own");
  });

  it("stays with the same length too if the service has another version", async ({
    out,
    sync,
    inFolder,
    fileSet,
    file,
  }) => {
    const mine = "9".repeat(file.bytes);
    await writeFile(join(out, "a.csv.gz"), mine);
    Object.assign(file, { version: 2, modifiedMs: Date.now() + 2_000 });
    fileSet.modifiedMs = Date.now() + 2_000;
    const dry = await sync("--dry-run", "--json");
    expect(dry.objects()).toMatchObject([{ step: "fetch", name: "a.csv.gz" }]);
    const { code, stderr } = await sync();
    expect(code).toBe(0);
    expect(stderr).toContain(stays);
    expect(await inFolder("a.csv.gz")).toBe(mine);
    expect(await readFile(join(out, "a (2).csv.gz"))).toEqual(bytesOf(file));
  });

  it("is replaced with --verify, which asks for that", async ({
    out,
    sync,
    expectWhole,
    fileSet,
  }) => {
    await writeFile(join(out, "a.csv.gz"), "damaged");
    const { code, stderr } = await sync("--verify");
    expect(code).toBe(0);
    expect(stderr).toContain("cfs: a.csv.gz was changed since it was fetched.\n");
    await expectWhole([fileSet]);
  });
});

it.for([
  [4, "no package has that id or name", ["bulk-A", "--package", "Pack-Z", "-o", "x"]],
  [4, "bulk-Z", ["bulk-Z", "--package", "Pack-A", "-o", "x"]],
  [7, "not a folder", ["bulk-A", "--package", "Pack-A", "-o", "file/x"]],
] as const)("cfs sync ends with %i: %s", async ([code, words, call], { folder, program }) => {
  await writeFile(join(folder, "file"), "");
  const ended = await program.run(["sync", ...call]);
  expect(ended.stderr).toMatch(/^cfs: [^\n]+\n$/);
  expect(ended.stderr).toContain(words);
  expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code, stdout: "" });
  expect(await readdir(folder)).not.toContain("x");
});
