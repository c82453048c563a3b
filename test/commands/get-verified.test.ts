import { rm } from "node:fs/promises";
import { describe, expect } from "vitest";
import { switchFault } from "../../source/sandbox/named-faults.ts";
import { getTest } from "./get-fixture.ts";

const hourMs = 3_600_000;

const it = getTest
  /** A set whose listing takes more than one page, and a file in it. */
  .extend(
    "addSet",
    ({ sandbox, newest, filesOf, fileOf }) =>
      (filename: string, more: object = {}) => {
        const others = Array.from({ length: 120 }, (_, part) => `Other-${part}.csv`);
        const set = sandbox.catalogue.addFileSet({
          name: filename.replace(".csv", ""),
          packageId: newest.packageId,
          contentToMs: Date.now() - 950 * hourMs,
          files: [
            ...others.map((name) => ({ filename: name, bytes: 100 })),
            { filename, bytes: 3_000, ...more },
          ],
        });
        return filesOf(set).find((file) => file.filename === filename) ?? fileOf(set);
      },
  )
  .extend(
    "addUnlisted",
    ({ sandbox, newest }) =>
      (names: string[], more: object = {}) =>
        sandbox.catalogue.addFileSet({
          name: names.join("-"),
          packageId: newest.packageId,
          contentToMs: Date.now() - 960 * hourMs,
          files: names.map((filename) => ({
            filename,
            bytes: 3_000,
            listedMd5: "missing",
            ...more,
          })),
        }),
  );

describe("a file whose record the service does not have", () => {
  it("is verified by the md5 that its set lists", async ({ sandbox, out, get, saved, addSet }) => {
    const file = addSet("Plain-2025-03-01.csv");
    switchFault(sandbox.faults, "file-not-found");
    const { code, objects } = await get([file.id, "--json"]);
    expect(code).toBe(0);
    expect(objects()).toEqual([
      expect.objectContaining({ name: file.filename, fileSetId: file.filesetId }),
    ]);
    await rm(out, { recursive: true });
    sandbox.faults.add({ on: "objects", effect: { kind: "corrupt", at: 7 } });
    const wrong = await get([file.id]);
    expect(wrong).toMatchObject({ code: 6, stderr: expect.stringContaining("its md5 is") });
    expect(await saved()).toEqual([]);
  });

  it("is verified by the size that its set lists", async ({ sandbox, get, saved, addSet }) => {
    const file = addSet("Plain-2025-03-02.csv", { listedMd5: "missing", listedSize: "wrong" });
    switchFault(sandbox.faults, "file-not-found");
    const wrong = await get([file.id]);
    expect(wrong).toMatchObject({ code: 6, stderr: expect.stringContaining("the service lists") });
    expect(await saved()).toEqual([]);
  });

  it.for([404, 403])(
    "is fetched too if its set is refused with %i",
    async (status, { sandbox, newest, get, saved, fileOf }) => {
      switchFault(sandbox.faults, "file-not-found");
      sandbox.faults.add({ on: "files", effect: { kind: "answer", status } });
      expect(await get([fileOf(newest).id])).toMatchObject({ code: 0 });
      expect(await saved()).toEqual([fileOf(newest).filename]);
    },
  );

  it("is not fetched unverified while its set cannot be listed", async ({
    sandbox,
    newest,
    get,
    fileOf,
  }) => {
    switchFault(sandbox.faults, "file-not-found");
    sandbox.faults.add({
      on: "files",
      when: ({ query }) => query.get("filesetId") === newest.id,
      effect: { kind: "answer", status: 418 },
    });
    const { code, stderr } = await get([fileOf(newest).id]);
    expect(code).toBe(5);
    expect(stderr).toMatch(
      /^cfs: Listing the files of [\w-]+: the service answered 418\.[^\n]+\n$/,
    );
    expect(stderr).not.toContain("X-Amz");
  });
});

describe("how a file was verified", () => {
  it("is in each object, and a note reports a check by size only", async ({
    newest,
    out,
    get,
    fileOf,
    addUnlisted,
  }) => {
    const set = addUnlisted(["v.csv.gz", "v.zip", "v1.csv", "v2.csv"]);
    const { code, stderr, objects } = await get([set.id, fileOf(newest).id, "--json"]);
    expect(code).toBe(0);
    const by = objects().map(({ name, verifiedBy }) => [name, verifiedBy]);
    expect(Object.fromEntries(by)).toEqual({
      "v.csv.gz": "gzip",
      "v.zip": "zip",
      "v1.csv": "size",
      "v2.csv": "size",
      [fileOf(newest).filename]: "md5",
    });
    expect(stderr).toMatch(/^cfs: v[12]\.csv was verified by its size only: [^\n]+\n$/);
    const again = await get([set.id, "--json"]);
    expect(again.stderr).toBe("");
    const skipped = again.objects().map(({ name, verifiedBy }) => [name, verifiedBy]);
    // The ETag is the MD5 of a plain file; for a packed file, size and end are compared.
    expect(Object.fromEntries(skipped)).toEqual({
      "v.csv.gz": "size",
      "v.zip": "size",
      "v1.csv": "md5",
      "v2.csv": "md5",
    });
    await rm(out, { recursive: true });
    expect(await get([set.id, "--quiet"])).toMatchObject({ code: 0, stderr: "" });
  });

  it("is left out if nothing allows verification, which is reported with --quiet too", async ({
    sandbox,
    get,
    addUnlisted,
  }) => {
    const set = addUnlisted(["w1.csv", "w2.csv"], { listedSize: "missing" });
    sandbox.faults.add({ on: "objects", effect: { kind: "noLength" } });
    sandbox.faults.add({ on: "objects", effect: { kind: "ignoreRange" } });
    const { code, stderr, objects } = await get([set.id, "--json", "--quiet"]);
    expect(code).toBe(0);
    expect(objects()).toHaveLength(2);
    for (const object of objects()) {
      expect(object).toMatchObject({ status: "saved", size: 3_000 });
      expect(object).not.toHaveProperty("verifiedBy");
    }
    expect(stderr).toMatch(/^cfs: w[12]\.csv could not be verified: [^\n]+\n$/);
  });
});
