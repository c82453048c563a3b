import { describe, expect } from "vitest";
import { linesOf } from "./plan-fixture.ts";
import { storeTest as it, threePartsBytes } from "./store-fixture.ts";

describe("a plan for an object store", () => {
  it("is carried out by two workers at once, and lacks nothing afterwards", async ({
    check,
    expectStored,
    getPlan,
    offer,
    out,
    plan,
    store,
    stored,
  }) => {
    const files = offer("Feed-1", 1, {
      "a.csv.gz": 3_000,
      "b.csv.gz": threePartsBytes,
      "c.csv.gz": 0,
      "d.csv.gz": 70_000,
    });
    const text = await plan();
    expect(linesOf(text).head["destination"]).toBe(out);
    const ended = await Promise.all([getPlan(text), getPlan(text)]);
    expect(ended.map(({ code, stderr }) => (code === 0 ? 0 : stderr))).toEqual([0, 0]);
    expect(stored()).toEqual(["a.csv.gz", "b.csv.gz", "c.csv.gz", "d.csv.gz"]);
    for (const file of files) await expectStored(file.filename, file);
    expect(store.uploads.size).toBe(0);
    const checked = await check(text);
    expect(linesOf(checked.stdout).files).toEqual([]);
    expect(checked.stderr).toBe(`cfs: ${out} has all 4 files.\n`);
  });

  it("prints what the store lacks: missing, of another size, or of another file", async ({
    check,
    getPlan,
    offer,
    plan,
    store,
  }) => {
    store.pageLength = 2;
    offer("Feed-1", 1, { "a.csv": 30, "b.csv": 40, "c.csv": 50, "d.csv": 60, "e.csv": 70 });
    const text = await plan();
    expect(await getPlan(text)).toMatchObject({ code: 0 });
    store.objects.delete("esg/pit/a.csv");
    store.objects.set("esg/pit/b.csv", { body: Buffer.alloc(4), etag: "e", metadata: {} });
    store.objects.set("esg/pit/d.csv", { body: Buffer.alloc(60), etag: "e", metadata: {} });
    const namesOf = async (...words: string[]) =>
      linesOf((await check(text, ...words)).stdout).files.map(({ name }) => name);
    expect(await namesOf()).toEqual(["a.csv", "b.csv", "d.csv"]);
    expect(await namesOf("--size-only")).toEqual(["a.csv", "b.csv"]);
  });

  it("prints no warning of Node for many objects", async ({ check, offer, out, plan }) => {
    const names = Array.from({ length: 20 }, (_, index) => `${index}.csv`);
    offer("Feed-1", 1, Object.fromEntries(names.map((name) => [name, 10])));
    expect((await check(await plan())).stderr).toBe(`cfs: ${out} lacks 20 of 20 files, 200 B.\n`);
  });

  it("notes uploads of the plan that are not complete, and ends them with --clean", async ({
    check,
    offer,
    plan,
    store,
  }) => {
    store.pageLength = 1;
    offer("Feed-1", 1, { "a&b.csv": 30, "c.csv": 40 });
    const text = await plan();
    const parts = new Map([[1, Buffer.alloc(10)]]);
    for (const name of ["a&b.csv", "c.csv", "not-of-the-plan"])
      store.uploads.set(name, { key: `esg/pit/${name}`, metadata: {}, parts });
    const told = await check(text);
    expect(told.stderr).toContain("2 uploads of the plan are not complete");
    expect(store.uploads.size).toBe(3);
    const cleaned = await check(text, "--clean");
    expect(cleaned.stderr).toContain("Ended 2 uploads.");
    expect([...store.uploads.keys()]).toEqual(["not-of-the-plan"]);
  });

  it("compares the objects although uploads may not be listed, and refuses --clean then", async ({
    check,
    offer,
    plan,
    store,
  }) => {
    offer("Feed-1", 1, { "a.csv": 30 });
    const text = await plan();
    store.fault = ({ query }) =>
      query.has("uploads") ? { status: 403, code: "AccessDenied" } : undefined;
    const told = await check(text);
    expect(told).toMatchObject({ code: 0 });
    expect(linesOf(told.stdout).files).toMatchObject([{ name: "a.csv" }]);
    expect(told.stderr).toContain(
      "Uploads that are not complete could not be listed: the store answered 403",
    );
    expect(await check(text, "--clean")).toMatchObject({ code: 7, stdout: "" });
  });

  it("refuses --clean for a folder, and without --check", async ({
    check,
    folder,
    plan,
    program,
  }) => {
    const text = await plan();
    const ofFolder = await check(text, "--clean", "-o", folder);
    expect(ofFolder).toMatchObject({ code: 2, stderr: expect.stringContaining("is a folder") });
    expect(await program.run(["plan", "bulk-A", "-o", "x", "--clean"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--clean needs --check"),
    });
  });
});
