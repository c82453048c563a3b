import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import type { SandboxFileSet } from "../../source/sandbox/sandbox.ts";
import { syncTest } from "./sync-fixture.ts";

const withdraw = (fileSet: SandboxFileSet) => {
  fileSet.availableToMs = 0;
};

const it = syncTest
  .extend("runsHere", true)
  .extend(
    "names",
    ({ out }) =>
      async () =>
        (await readdir(out)).filter((name) => name !== ".cfs-sync").sort(),
  )
  /** The names that a dry run says are to be removed, and those that the run then removed. */
  .extend("pruned", ({ names, sync }) => async () => {
    const dry = await sync("--dry-run", "--prune", "--json");
    const before = await names();
    const { code } = await sync("--prune");
    const after = await names();
    const told = dry.objects().filter(({ step }) => step === "remove");
    return {
      told: told.map(({ name }) => String(name)).sort(),
      removed: before.filter((name) => !after.includes(name)),
      exitCode: code,
    };
  });

it("removes nothing if nothing is listed any more, says so before, and counts what stays", async ({
  offer,
  sync,
  names,
}) => {
  const old = offer("Old", 48, ["a.bin", "b.bin"]);
  await sync();
  withdraw(old);
  expect(await sync("--dry-run", "--prune")).toMatchObject({
    stdout: "",
    stderr: "0 files to fetch, 0 B\n",
  });
  const { stderr } = await sync("--prune");
  expect(stderr).toContain("Up to date: 2 files, nothing new.");
  expect(await names()).toEqual(["a.bin", "b.bin"]);
});

it("removes nothing after a failure, and all of it after a run without one", async ({
  sandbox,
  offer,
  sync,
  names,
}) => {
  const old = offer("Old", 48, ["old.bin"]);
  offer("Kept", 24, ["kept.bin"]);
  await sync();
  withdraw(old);
  offer("New", 2, ["new.bin"]);
  // A small file is retried once, in another way.
  sandbox.faults.add({ on: "objects", times: 2, effect: { kind: "answer", status: 410 } });
  expect(await sync("--prune")).toMatchObject({ code: 5 });
  expect(await names()).toEqual(["kept.bin", "old.bin"]);
  expect(await sync("--prune")).toMatchObject({ code: 0 });
  expect(await names()).toEqual(["kept.bin", "new.bin"]);
});

it("lists what it will remove, and nothing that was changed or moved away", async ({
  out,
  offer,
  sync,
  pruned,
}) => {
  const old = offer("Old", 48, ["a.bin", "changed.bin"]);
  offer("New", 2, ["new.bin"]);
  await sync();
  withdraw(old);
  await writeFile(join(out, "changed.bin"), "9".repeat(3_000));
  const dry = await sync("--dry-run", "--prune");
  expect(dry.stderr).toBe(
    "cfs: changed.bin was changed since it was fetched, so it is kept.\n" +
      "0 files to fetch, 0 B; 1 file to remove, 3.0 kB\n",
  );
  expect(await pruned()).toEqual({ told: ["a.bin"], removed: ["a.bin"], exitCode: 0 });
});

it("lists no removal if the run would not remove anything", async ({
  sandbox,
  offer,
  sync,
  pruned,
}) => {
  const old = offer("Old", 48, ["a.bin"]);
  offer("New", 2, ["new.bin"]);
  await sync();
  withdraw(old);
  offer("Refused", 1, ["refused.bin"]);
  sandbox.faults.add({ on: "files", effect: { kind: "answer", status: 403 } });
  expect(await pruned()).toMatchObject({ told: [], removed: [] });
});

it("keeps a file that another file set has too, and says nothing of it before", async ({
  sandbox,
  offer,
  sync,
  names,
  pruned,
}) => {
  const { catalogue } = sandbox;
  const old = offer("Old", 48, ["a.bin"]);
  await sync();
  withdraw(old);
  const [first] = catalogue.filesOf(old);
  const [again] = catalogue.filesOf(offer("Again", 2, ["a.bin"]));
  Object.assign(again ?? {}, { seed: first?.seed });
  expect(await pruned()).toEqual({ told: [], removed: [], exitCode: 0 });
  expect(await names()).toEqual(["a.bin"]);
});
