import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { SandboxFileSet } from "../../source/sandbox/sandbox.ts";
import { createSyncFixture, type SyncFixture } from "./sync-fixture.ts";

let setting: SyncFixture;
let folder: string;

beforeEach(async () => {
  setting = await createSyncFixture();
  folder = setting.newFolder();
});

afterEach(() => setting.close());

const withdraw = (fileSet: SandboxFileSet) => {
  fileSet.availableToMs = 0;
};

const names = async () => (await readdir(folder)).filter((name) => name !== ".cfs-sync").sort();

/** The names that a dry run says are to be removed, and those that the run then removed. */
async function pruned(): Promise<{ told: string[]; removed: string[]; exitCode: number | null }> {
  const dry = await setting.sync(folder, "--dry-run", "--prune", "--json");
  const before = await names();
  const { code } = await setting.sync(folder, "--prune");
  const after = await names();
  const told = dry.objects().filter(({ step }) => step === "remove");
  return {
    told: told.map(({ name }) => String(name)).sort(),
    removed: before.filter((name) => !after.includes(name)),
    exitCode: code,
  };
}

it("removes nothing where nothing is listed any more, says so before, and counts what stays", async () => {
  const old = setting.offer("Old", 48, ["a.bin", "b.bin"]);
  await setting.sync(folder);
  withdraw(old);
  expect(await setting.sync(folder, "--dry-run", "--prune")).toMatchObject({
    stdout: "",
    stderr: "0 files to fetch, 0 B\n",
  });
  const { stderr } = await setting.sync(folder, "--prune");
  expect(stderr).toContain("0 new files, 2 there already, 0 failed: ");
  expect(await names()).toEqual(["a.bin", "b.bin"]);
});

it("tells before of what it removes, and of nothing that was changed or moved away", async () => {
  const old = setting.offer("Old", 48, ["a.bin", "changed.bin"]);
  setting.offer("New", 2, ["new.bin"]);
  await setting.sync(folder);
  withdraw(old);
  await writeFile(join(folder, "changed.bin"), "9".repeat(3_000));
  const dry = await setting.sync(folder, "--dry-run", "--prune");
  expect(dry.stderr).toBe(
    "cfs: changed.bin was changed since it was fetched: it stays.\n" +
      "0 files to fetch, 0 B; 1 file to remove, 3.0 kB\n",
  );
  expect(await pruned()).toEqual({ told: ["a.bin"], removed: ["a.bin"], exitCode: 0 });
});

it("tells of no removal where it would not come to that", async () => {
  const old = setting.offer("Old", 48, ["a.bin"]);
  setting.offer("New", 2, ["new.bin"]);
  await setting.sync(folder);
  withdraw(old);
  setting.offer("Refused", 1, ["refused.bin"]);
  setting.sandbox.faults.add({ on: "files", effect: { kind: "answer", status: 403 } });
  expect(await pruned()).toMatchObject({ told: [], removed: [] });
});

it("keeps a file that another file set has too, and says nothing of it before", async () => {
  const { catalogue } = setting.sandbox;
  const old = setting.offer("Old", 48, ["a.bin"]);
  await setting.sync(folder);
  withdraw(old);
  const [first] = catalogue.filesOf(old);
  const [again] = catalogue.filesOf(setting.offer("Again", 2, ["a.bin"]));
  Object.assign(again ?? {}, { seed: first?.seed });
  expect(await pruned()).toEqual({ told: [], removed: [], exitCode: 0 });
  expect(await names()).toEqual(["a.bin"]);
});
