import fs from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { takeLock } from "../../source/files/lock.ts";
import { addHostileNames } from "../../source/sandbox/sandbox.ts";
import { clientCredentialsOf } from "../support/sandbox/credentials.ts";
import { syncTest } from "./sync-fixture.ts";

const it = syncTest.extend("variables", ({ sandbox }) => ({
  ...clientCredentialsOf(sandbox),
  CFS_RETRY_DELAY: "0",
}));

describe("when something is wrong, cfs sync", () => {
  it("scans a folder whose manifest is damaged, and fetches no existing file again", async ({
    out,
    sync,
    add,
    sandbox,
    askedBy,
  }) => {
    add("One", 3);
    add("Two", 2);
    await sync();
    await fs.writeFile(join(out, ".cfs-sync", "manifest.json"), '{"version":1,"foll');
    const before = sandbox.requests.filter(({ place }) => place === "objects").length;
    const { code, stderr } = await sync();
    expect(code).toBe(0);
    expect(stderr).toMatch(/^cfs: Checking the files in .+ again: .+\.\n/);
    expect(stderr).toMatch(/Up to date: 2 files, nothing new\./);
    expect(sandbox.requests.filter(({ place }) => place === "objects")).toHaveLength(before);
    expect(await askedBy(() => sync())).toEqual(["file-sets"]);
  });

  it("reports failures, fetches the rest, and retries the failed files the next time", async ({
    sandbox,
    sync,
    add,
    saved,
  }) => {
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

  it("exits with 5 if the service lists fewer files than it reports", async ({
    sandbox,
    sync,
    add,
    names,
  }) => {
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
    expect(stderr).toContain("the service reports 3 files but lists 2.");
    expect(await names()).toEqual(["1.csv.gz", "2.csv.gz"]);
    remove();
    expect((await sync()).code).toBe(0);
  });

  it("keeps hostile names in the folder, and follows no link out of it", async ({
    folder,
    sandbox,
    packageId,
    out,
    sync,
    filesOf,
    names,
    saved,
  }) => {
    const outside = join(folder, "outside");
    await fs.mkdir(outside);
    await fs.writeFile(join(outside, "target"), "precious");
    await fs.mkdir(out);
    await fs.symlink(join(outside, "target"), join(out, "outside.csv.gz"));
    await fs.symlink(join(outside, "new"), join(out, "in-a-folder.csv.gz"));
    const found = sandbox.catalogue.packages.get(packageId);
    if (found === undefined) throw new Error("There is no package.");
    const count = filesOf(addHostileNames(sandbox.catalogue, found)).length;
    expect(count).toBeGreaterThan(0);
    expect((await sync()).code).toBe(0);
    expect(await fs.readFile(join(outside, "target"), "utf8")).toBe("precious");
    expect(await fs.readdir(outside)).toEqual(["target"]);
    // Both links stay, including the dangling one.
    expect((await names()).length).toBe(count + 2);
    expect((await fs.readdir(folder)).filter((name) => /csv/.test(name))).toEqual([]);
    expect(await saved("--verify")).toEqual([]);
  });

  it("reports that another process is syncing the folder, and exits", async ({
    out,
    sync,
    add,
  }) => {
    add("One", 3);
    await sync();
    const lock = await takeLock(join(out, ".cfs-sync", "lock"), "it");
    const { code, stdout, stderr } = await sync();
    expect({ code, stdout }).toEqual({ code: 7, stdout: "" });
    expect(stderr).toBe(
      `cfs: Syncing ${out}: another cfs (process ${process.pid}) is syncing this folder. Wait until it ends, or choose another folder.\n`,
    );
    await lock.release();
    expect((await sync()).code).toBe(0);
  });

  it.for([
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
  ] as const)("refuses %j", async ([words, why], { program }) => {
    expect(await program.run(words)).toMatchObject({
      code: 2,
      stdout: "",
      stderr: `cfs: Usage error: ${why}. See cfs sync --help.\n`,
    });
  });
});
