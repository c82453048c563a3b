import { describe, expect } from "vitest";
import { bodyDigest } from "../../source/sandbox/sandbox.ts";
import { waitUntil } from "../support/wait-until.ts";
import { storeTest } from "./store-fixture.ts";

const it = storeTest.extend("sync", ({ out, program }) => {
  const call = ["sync", "bulk-A", "--package", "Pack-A", "-o", out];
  return (...words: string[]) => program.run([...call, ...words]);
});

const manifestKey = ".cfs-sync/manifest.json";

describe("cfs sync into an object store", () => {
  it("stores what is missing, then checksums, manifest and _SUCCESS, and nothing twice", async ({
    asked,
    expectStored,
    offer,
    store,
    stored,
    sync,
  }) => {
    const files = [
      ...offer("Feed-1", 2, { "a.csv.gz": 3_000, "b.csv.gz": 4_000 }),
      ...offer("Feed-2", 1, { "c.csv.gz": 5_000 }),
    ];
    const first = await sync();
    expect(first).toMatchObject({ code: 0, stderr: expect.stringContaining("3 new files") });
    const names = ["a.csv.gz", "b.csv.gz", "c.csv.gz"];
    expect(stored()).toEqual([manifestKey, "SHA256SUMS", "_SUCCESS", ...names]);
    for (const file of files) await expectStored(file.filename, file);
    const sums = store.objects.get("esg/pit/SHA256SUMS")?.body.toString() ?? "";
    const lines = files.map(
      async (file) => `${await bodyDigest(file, "sha256")}  ${file.filename}`,
    );
    expect(sums.trimEnd().split("\n").toSorted()).toEqual((await Promise.all(lines)).toSorted());
    const last = store.asked.filter(({ method }) => method === "PUT").at(-1);
    expect(last?.key).toBe("esg/pit/_SUCCESS");
    asked();
    const begun = store.asked.length;
    const again = await sync();
    expect(again).toMatchObject({ code: 0, stderr: "Up to date: 3 files, nothing new.\n" });
    expect(asked()["objects"]).toBeUndefined();
    const puts = store.asked.slice(begun).filter(({ method }) => method === "PUT");
    expect(puts).toEqual([]);
    const [more] = offer("Feed-3", 0, { "d.csv.gz": 6_000 });
    expect(await sync()).toMatchObject({ code: 0 });
    await expectStored("d.csv.gz", more);
  });

  it("fetches again what was removed from the store, and keeps what another program wrote", async ({
    expectStored,
    offer,
    store,
    sync,
  }) => {
    const [a, b] = offer("Feed-1", 2, { "a.csv.gz": 3_000, "b.csv.gz": 4_000 });
    expect(await sync()).toMatchObject({ code: 0 });
    store.objects.delete("esg/pit/a.csv.gz");
    const theirs = { body: Buffer.from("theirs"), etag: "e", metadata: {} };
    store.objects.set("esg/pit/b.csv.gz", theirs);
    const { code, stderr } = await sync();
    expect(code).toBe(0);
    expect(stderr).toContain("b.csv.gz was changed since it was fetched, so it is kept.");
    await expectStored("a.csv.gz", a);
    await expectStored("b (2).csv.gz", b);
    expect(store.objects.get("esg/pit/b.csv.gz")).toBe(theirs);
  });

  it("loses nothing of two syncs at once: both are in the manifest", async ({
    offer,
    out,
    program,
    store,
    stored,
  }) => {
    offer("Feed-A-1", 2, { "a.csv.gz": 3_000 });
    offer("Feed-B-1", 1, { "b.csv.gz": 4_000 });
    const sync = (name: string) =>
      program.run(["sync", "bulk-A", "--package", "Pack-A", "-o", out, "--name", name]);
    const ended = await Promise.all([sync("Feed-A"), sync("Feed-B")]);
    expect(ended.map(({ code, stderr }) => (code === 0 ? 0 : stderr))).toEqual([0, 0]);
    const text = store.objects.get(`esg/pit/${manifestKey}`)?.body.toString() ?? "";
    const { files, followed } = JSON.parse(text);
    expect(files.map(({ name }: { name: string }) => name).toSorted()).toEqual([
      "a.csv.gz",
      "b.csv.gz",
    ]);
    expect(followed).toHaveLength(2);
    expect(stored()).toContain("SHA256SUMS");
  });

  it("continues after a kill: what is stored is recognised without its manifest", async ({
    asked,
    offer,
    out,
    program,
    sandbox,
    store,
    sync,
  }) => {
    const sizes = Array.from(
      { length: 6 },
      (_, part) => [`p${part}.csv.gz`, 3_000 + part] as const,
    );
    offer("Feed-1", 1, sizes);
    sandbox.faults.add({ on: "objects", after: 3, effect: { kind: "stall", afterBytes: 100 } });
    const killed = program.start(["sync", "bulk-A", "--package", "Pack-A", "-o", out]);
    await waitUntil(() => [...store.objects.keys()].filter((key) => /p\d/.test(key)).length === 3);
    killed.kill("SIGKILL");
    await killed.ended;
    sandbox.faults.clear();
    asked();
    const { code, stderr } = await sync();
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("3 new files, 3 up to date"),
    });
    expect(asked()["objects"]).toBe(3);
  });

  it.for([["--prune"], ["--verify"], ["--dry-run"]])(
    "refuses %s",
    async ([option = ""], { sync }) => {
      expect(await sync(option)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(`${option} needs a folder`),
      });
    },
  );
});
