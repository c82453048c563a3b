import fs from "node:fs";
import path from "node:path";
import { describe, expect, vi } from "vitest";
import type { TransferRequest, VerifiedBy } from "../../../source/transfer/engine.ts";
import { createDestinations } from "../../../source/transfer/file/destination.ts";
import { createJournal } from "../../../source/transfer/part-file/journal.ts";
import { createRanges } from "../../../source/transfer/part-file/ranges.ts";
import { test as base } from "../../support/test.ts";

interface Asked extends Partial<Omit<TransferRequest, "file">> {
  /** The id of the file. */
  id?: string;
  name?: string;
  trustsListing?: boolean;
  same?: VerifiedBy | undefined;
}

const test = base
  .extend("destinations", () => createDestinations())
  /** The name in the folder that a file gets, and more. */
  .extend("settle", ({ destinations, folder }) => {
    return async ({
      id = "1",
      name = "a.csv",
      trustsListing = false,
      same,
      ...more
    }: Asked = {}) => {
      const request = { file: { fileId: id, fileSetId: "2", name }, directory: folder, ...more };
      const isSame = vi.fn(async () => same);
      const found = await destinations.settle(request, isSame, trustsListing);
      return { ...found, path: path.relative(folder, found.path), looked: isSame.mock.calls };
    };
  })
  .extend("put", ({ folder }) => {
    return (...names: string[]) => {
      for (const name of names) fs.writeFileSync(path.join(folder, name), "mine");
    };
  })
  .extend("putJournal", ({ folder }) => {
    return (name: string, fileId: string) => {
      const head = { version: 1, fileId, bytes: 10 } as const;
      createJournal(
        path.join(folder, `${name}.part.journal`),
        head,
        "boot",
        createRanges().spans(),
      ).close();
    };
  });

describe("a name", () => {
  test("that is free is settled", async ({ settle }) => {
    expect(await settle()).toEqual({ path: "a.csv", present: false, looked: [] });
  });

  test("is safe for every file system", async ({ settle }) => {
    expect((await settle({ name: "dir/a:b.csv" })).path).toBe("a_b.csv");
  });

  test("of a present file is settled as its own", async ({ folder, put, settle }) => {
    put("a.csv");
    expect(await settle({ same: "md5" })).toEqual({
      path: "a.csv",
      present: true,
      verifiedBy: "md5",
      looked: [[path.join(folder, "a.csv"), 4]],
    });
  });

  test("that other files have is numbered", async ({ put, settle }) => {
    put("a.csv", "a (2).csv");
    expect(await settle()).toMatchObject({ path: "a (3).csv", present: false });
  });

  test("that another file has in other letters is numbered", async ({ put, settle }) => {
    put("A.CSV");
    expect(await settle()).toMatchObject({ path: "a (2).csv", present: false });
  });

  test("that a present file has in other letters is that file's", async ({
    folder,
    put,
    settle,
  }) => {
    put("A.CSV");
    expect(await settle({ same: "size" })).toMatchObject({
      path: "A.CSV",
      present: true,
      looked: [[path.join(folder, "A.CSV"), 4]],
    });
  });

  test("of a folder or a broken link is taken", async ({ folder, settle }) => {
    fs.mkdirSync(path.join(folder, "a.csv"));
    fs.symlinkSync(path.join(folder, "nowhere"), path.join(folder, "a (2).csv"));
    expect(await settle({ overwrite: true })).toMatchObject({ path: "a (3).csv", looked: [] });
  });

  test("of another file's part file is taken, and of its own is not", async ({
    putJournal,
    settle,
  }) => {
    putJournal("a.csv", "other");
    expect((await settle()).path).toBe("a (2).csv");
    expect((await settle({ id: "other" })).path).toBe("a.csv");
  });

  test("that is given is used, whatever has it", async ({ put, settle }) => {
    put("b.csv");
    expect(await settle({ onto: "b.csv" })).toMatchObject({ path: "b.csv", present: false });
    expect((await settle({ id: "2", name: "b.csv" })).path).toBe("b (2).csv");
  });
});

describe("two files of one name", () => {
  test("get two names, also at the same time", async ({ settle }) => {
    const settled = await Promise.all([settle({ id: "1" }), settle({ id: "2" })]);
    expect(settled.map(({ path }) => path)).toEqual(["a.csv", "a (2).csv"]);
    expect((await settle({ id: "1" })).path).toBe("a.csv");
  });

  test("get two names although letters differ", async ({ settle }) => {
    await settle({ id: "1", name: "A.csv" });
    expect((await settle({ id: "2" })).path).toBe("a (2).csv");
  });

  test("get one name after the other if the first was moved away", async ({
    destinations,
    folder,
    put,
    settle,
  }) => {
    await settle({ id: "1" });
    put("a.csv");
    destinations.leave(path.join(folder, "a.csv"));
    expect((await settle({ id: "2" })).path).toBe("a (2).csv");
    fs.rmSync(path.join(folder, "a.csv"));
    destinations.leave(path.join(folder, "nothing"));
    expect((await settle({ id: "3" })).path).toBe("a.csv");
  });

  test("get one name after the other although the first failed", async ({
    destinations,
    folder,
    put,
    settle,
  }) => {
    put("a.csv");
    const request = { file: { fileId: "1", fileSetId: "2", name: "a.csv" }, directory: folder };
    const failure = new Error("no answer");
    const failing = destinations.settle(request, () => Promise.reject(failure), false);
    const next = settle({ id: "2", same: "md5" });
    await expect(failing).rejects.toBe(failure);
    expect(await next).toMatchObject({ path: "a.csv", present: true });
  });
});

describe("an existing file", () => {
  test("is replaced on request, without a look at it", async ({ put, settle }) => {
    put("a.csv");
    expect(await settle({ overwrite: true, same: "md5" })).toEqual({
      path: "a.csv",
      present: false,
      looked: [],
    });
  });

  test("in other letters is not replaced", async ({ put, settle }) => {
    put("A.csv");
    expect((await settle({ overwrite: true })).path).toBe("a (2).csv");
  });

  test("under a decided name is replaced on request, unless it is the same", async ({
    put,
    settle,
  }) => {
    put("a.csv");
    const request = { keepsName: true, overwrite: true };
    expect(await settle(request)).toMatchObject({ path: "a.csv", present: false });
    expect(await settle({ ...request, same: "md5" })).toMatchObject({ present: true });
  });

  test("under a decided name fails the request otherwise", async ({ folder, put, settle }) => {
    put("a.csv");
    await expect(settle({ keepsName: true })).rejects.toMatchObject({
      kind: "disk",
      tried: `Saving ${path.join(folder, "a.csv")}`,
    });
  });

  test("another file's part file under a decided name is replaced on request only", async ({
    putJournal,
    settle,
  }) => {
    putJournal("a.csv", "other");
    await expect(settle({ keepsName: true })).rejects.toMatchObject({ kind: "disk" });
    expect((await settle({ keepsName: true, overwrite: true })).path).toBe("a.csv");
  });
});

describe("the first listing of a folder", () => {
  test("is trusted for names that are free in it", async ({ put, settle }) => {
    expect(await settle({ trustsListing: true })).toMatchObject({ path: "a.csv", fresh: true });
    put("b.csv");
    expect(await settle({ id: "2", name: "b.csv", trustsListing: true })).toMatchObject({
      path: "b.csv",
      fresh: true,
    });
  });

  test("is not trusted for names that are taken in it", async ({ put, settle }) => {
    put("a.csv");
    const { fresh, looked, path } = await settle({ trustsListing: true });
    expect({ fresh, path, looked: looked.length }).toEqual({
      fresh: true,
      path: "a (2).csv",
      looked: 1,
    });
  });

  test.for(["a.csv.part", "a.csv.part.journal"])(
    "is not trusted for a name beside which lies %s",
    async (left, { put, settle }) => {
      put(left);
      expect((await settle({ trustsListing: true })).fresh).toBeUndefined();
    },
  );

  test("is trusted once for a name", async ({ destinations, folder, settle }) => {
    await settle({ trustsListing: true });
    destinations.leave(path.join(folder, "a.csv"));
    expect(await settle({ trustsListing: true })).toMatchObject({ path: "a.csv", present: false });
    expect((await settle({ trustsListing: true })).fresh).toBeUndefined();
  });

  test("may fail, because the folder is not there yet", async ({ folder, settle }) => {
    const directory = path.join(folder, "later");
    expect((await settle({ directory, trustsListing: true })).fresh).toBe(true);
  });
});
