import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { test as faults } from "../faults/fault-fixture.ts";
import { test } from "../support/test.ts";
import { syncTest } from "./sync-fixture.ts";

const noAnswer = { effect: { kind: "hold", until: new Promise<void>(() => undefined) } } as const;

describe("--max-duration", () => {
  faults("ends get with 8, and the same call continues", async ({ setting }) => {
    setting.sandbox.faults.add({ on: "objects", after: 1, ...noAnswer });
    const words = ["get", setting.fileSetId, "-o", setting.folder];
    const limited = await setting.run([...words, "--max-duration", "2s"]);
    expect(limited.code).toBe(8);
    expect(limited.stderr).toContain(
      "Downloading: the time limit of 2s has passed. What has arrived is kept: the same call continues.",
    );
    setting.sandbox.faults.clear();
    expect(await setting.run(words)).toMatchObject({ code: 0 });
    await setting.expectWhole();
  });

  syncTest("ends sync --watch with 8, and releases the folder", async ({ offer, out, sync }) => {
    offer("Feed", 5, ["a.csv"]);
    const limited = await sync("--watch", "15m", "--max-duration", "2s");
    expect(limited.code).toBe(8);
    expect(await sync()).toMatchObject({ code: 0 });
    expect((await readdir(join(out, ".cfs-sync"))).sort()).toEqual(["manifest.json"]);
  });

  test("has no effect on a call that ends earlier", async ({ program, sandbox }) => {
    const { packageId } = sandbox.catalogue.addPackage({
      packageName: "Pack",
      bucketNames: ["bulk-A"],
    });
    const { id } = sandbox.catalogue.addFileSet({
      name: "Set",
      packageId,
      files: [{ filename: "a.csv", bytes: 100 }],
    });
    expect(await program.run(["get", id, "--max-duration", "1h"])).toMatchObject({ code: 0 });
  });

  test.for(["soon", "0s", "30d", "-1m"])("does not accept %s", async (span, { program }) => {
    const { code, stderr } = await program.run(["get", "1", `--max-duration=${span}`]);
    expect(code).toBe(2);
    expect(stderr).toContain(`"${span}" is not a span`);
  });
});
