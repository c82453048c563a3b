import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { describe, expect } from "vitest";
import { createDiskSpace } from "../../../source/files/free-space.ts";
import type { TransferFile } from "../../../source/transfer/engine.ts";
import { fetchLargeFile } from "../../../source/transfer/file/fetch-large.ts";
import type { FileContext } from "../../../source/transfer/file/file-task.ts";
import { createJournal, type JournalHead } from "../../../source/transfer/part-file/journal.ts";
import { test as base } from "../file-in-folder.ts";
import { type Answer, answerTo, memoryContext, memoryTask, refusal } from "../memory-store.ts";

const content = Buffer.from(Array.from({ length: 3_000 }, (_, index) => index % 251));
const wrong = Buffer.alloc(3_000, 7);
const [md5, sha256] = ["md5", "sha256"].map((name) =>
  createHash(name).update(content).digest("hex"),
);
const half = 1_500;

interface Left {
  head?: Partial<JournalHead>;
  /** Bytes in the part file. */
  bytes?: number;
}

interface Fetch {
  answer?: Answer;
  listed?: Partial<TransferFile>;
  rounds?: number;
  more?: Partial<FileContext>;
}

const test = base
  /** Leaves half of the file, as an earlier run would. */
  .extend("leave", ({ paths }) => {
    return ({ head = {}, bytes = half }: Left = {}) => {
      fs.writeFileSync(paths.part, content.subarray(0, bytes));
      const whole = { version: 1, fileId: "1", bytes: 3_000, etag: '"1"', ...head } as const;
      const journal = createJournal(paths.journal, whole, "boot");
      journal.written({ first: 0, end: half });
      journal.close();
    };
  })
  .extend("begin", ({ final, folder, paths }) => {
    return ({
      answer = (request) => answerTo(request, content),
      listed = {},
      rounds = 2,
      more = {},
    }: Fetch = {}) => {
      const { context, requests } = memoryContext(answer, more);
      const file = { fileId: "1", fileSetId: "2", name: "a.csv", bytes: 3_000, ...listed };
      const { task, ...others } = memoryTask(context, { file, directory: folder }, "segments");
      const fetched = fetchLargeFile(task, final, paths, rounds);
      return {
        context,
        fetched,
        requests,
        ranges: () => requests.map(({ range }) => range),
        ...others,
      };
    };
  });

const fromHalf = { first: half, last: 2_999 };

describe("a large file", () => {
  test("is saved, verified, and leaves nothing else", async ({ begin, final, names }) => {
    const { events, fetched, ranges } = begin({ listed: { md5 } });
    expect(await fetched).toEqual({
      state: "saved",
      path: final,
      bytes: 3_000,
      sha256,
      verifiedBy: "md5",
    });
    expect(fs.readFileSync(final).equals(content)).toBe(true);
    expect(names()).toEqual(["a.csv"]);
    expect(ranges()).toEqual([undefined]);
    expect(events[0]).toEqual({ kind: "stored", bytes: 0 });
    expect(events.at(-1)).toEqual({ kind: "verifying" });
  });

  test("replaces the one that is there", async ({ begin, final, names }) => {
    fs.writeFileSync(final, "mine");
    await begin().fetched;
    expect(fs.readFileSync(final).equals(content)).toBe(true);
    expect(names()).toEqual(["a.csv"]);
  });

  test("is not begun if there is no space for it", async ({ begin, names }) => {
    const diskSpace = createDiskSpace(async () => 2_999);
    const { fetched, requests } = begin({ more: { diskSpace } });
    await expect(fetched).rejects.toMatchObject({ reason: "no-space" });
    expect(requests).toEqual([]);
    expect(names()).toEqual([]);
  });

  test("of unknown size is not begun if there is no space for what the store announces", async ({
    begin,
    names,
  }) => {
    const diskSpace = createDiskSpace(async () => 2_999);
    const { fetched } = begin({ listed: { bytes: undefined }, more: { diskSpace } });
    await expect(fetched).rejects.toMatchObject({ reason: "no-space" });
    expect(names()).toEqual([]);
  });

  test("needs space only while it is fetched", async ({ begin, folder }) => {
    const diskSpace = createDiskSpace(async () => 3_000);
    const answer = () => Promise.reject(refusal(410));
    await expect(begin({ answer, more: { diskSpace } }).fetched).rejects.toThrow();
    await expect(diskSpace.reserve(folder, 3_000, "b")).resolves.toBeDefined();
  });
});

describe("what an earlier run left", () => {
  test("is continued", async ({ begin, final, leave, names }) => {
    leave();
    const diskSpace = createDiskSpace(async () => half);
    const { events, fetched, ranges } = begin({ more: { diskSpace } });
    expect(await fetched).toMatchObject({ state: "saved", sha256 });
    expect(fs.readFileSync(final).equals(content)).toBe(true);
    expect(ranges()).toEqual([fromHalf]);
    expect(events[0]).toEqual({ kind: "stored", bytes: half });
    expect(names()).toEqual(["a.csv"]);
  });

  test("is continued by md5 without a tag, and by a tag without a size", async ({
    begin,
    leave,
  }) => {
    leave({ head: { etag: undefined, md5 } });
    const answer: Answer = (request) => ({ ...answerTo(request, content), etag: undefined });
    const first = begin({ answer, listed: { md5 } });
    await first.fetched;
    expect(first.ranges()).toEqual([fromHalf]);
    leave();
    const second = begin({ listed: { bytes: undefined } });
    await second.fetched;
    expect(second.ranges()).toEqual([fromHalf]);
  });

  test.for<[string, Left, Partial<TransferFile>]>([
    ["another file", { head: { fileId: "2" } }, {}],
    ["another size", { head: { bytes: 2_999 } }, {}],
    ["another md5", { head: { md5: "ab" } }, { md5 }],
    ["an md5 that is not listed", { head: { md5 } }, {}],
    ["nothing that identifies its object", { head: { etag: undefined } }, {}],
    ["fewer bytes than its journal says", { bytes: half - 1 }, {}],
  ])("is not continued with %s", async ([_, left, listed], { begin, final, leave }) => {
    leave(left);
    const { fetched, ranges } = begin({ listed });
    await fetched;
    expect(fs.readFileSync(final).equals(content)).toBe(true);
    expect(ranges()).toEqual([undefined]);
  });

  test("is not continued without a journal or a part file", async ({ begin, leave, paths }) => {
    leave();
    fs.rmSync(paths.journal);
    const first = begin();
    await first.fetched;
    expect(first.ranges()).toEqual([undefined]);
    leave();
    fs.rmSync(paths.part);
    const second = begin();
    await second.fetched;
    expect(second.ranges()).toEqual([undefined]);
  });

  test("is not continued through a link", async ({ begin, folder, leave, paths }) => {
    leave();
    const elsewhere = path.join(folder, "elsewhere");
    fs.renameSync(paths.part, elsewhere);
    fs.symlinkSync(elsewhere, paths.part);
    await expect(begin().fetched).rejects.toMatchObject({ code: "ELOOP" });
    expect(fs.readFileSync(elsewhere).equals(content.subarray(0, half))).toBe(true);
  });

  test("is fetched again if the object has changed", async ({ begin, leave }) => {
    leave({ head: { etag: '"0"' } });
    const { events, fetched, ranges } = begin();
    expect(await fetched).toMatchObject({ sha256 });
    expect(ranges()).toEqual([fromHalf, undefined]);
    expect(events).toContainEqual({ kind: "downloading" });
    expect(events).toContainEqual({ kind: "stored", bytes: 0 });
  });
});

describe("wrong bytes", () => {
  const answerWrong =
    (times: number): Answer =>
    (request, count) =>
      answerTo(request, count <= times ? wrong : content);

  test("are fetched again once", async ({ begin }) => {
    const { fetched, requests } = begin({ answer: answerWrong(1), listed: { md5 } });
    expect(await fetched).toMatchObject({ state: "saved", sha256 });
    expect(requests).toHaveLength(2);
  });

  test.for([1, 2])("are removed after %i rounds", async (rounds, { begin, names }) => {
    const answer = answerWrong(9);
    const { events, fetched, requests } = begin({ answer, listed: { md5 }, rounds });
    await expect(fetched).rejects.toMatchObject({ kind: "integrity" });
    expect(requests).toHaveLength(rounds);
    expect(names()).toEqual([]);
    expect(events.at(-1)).toEqual({ kind: "stored", bytes: 0 });
  });
});

describe("an object that changes", () => {
  const answerChanging =
    (times: number): Answer =>
    ({ range, ...request }, count) => {
      const answer = answerTo({ range, ...request }, content);
      if (count > 2 * times) return answer;
      if (count % 2 === 0) return { ...answer, etag: `"${count}"` };
      return { ...answer, stream: Readable.from([content.subarray(0, half)]) };
    };

  test("is begun again, up to three times", async ({ begin }) => {
    const { fetched, requests } = begin({ answer: answerChanging(2) });
    expect(await fetched).toMatchObject({ state: "saved", sha256 });
    expect(requests).toHaveLength(5);
  });

  test("more often is given up", async ({ begin, names }) => {
    const { fetched, requests } = begin({ answer: answerChanging(9) });
    await expect(fetched).rejects.toMatchObject({
      kind: "service",
      answered: "the object keeps changing",
    });
    expect(requests).toHaveLength(6);
    expect(names()).toEqual(["a.csv.part", "a.csv.part.journal"]);
  });
});

describe("a failure", () => {
  test("keeps what has arrived", async ({ begin, names, paths }) => {
    const answer: Answer = (request, count) => {
      if (count > 1) throw refusal(410);
      return { ...answerTo(request, content), stream: Readable.from([content.subarray(0, half)]) };
    };
    const { events, fetched } = begin({ answer });
    await expect(fetched).rejects.toMatchObject({ status: 410 });
    expect(names()).toEqual(["a.csv.part", "a.csv.part.journal"]);
    expect(fs.readFileSync(paths.part).equals(content.subarray(0, half))).toBe(true);
    expect(events.at(-1)).not.toEqual({ kind: "stored", bytes: 0 });
  });

  test("leaves nothing if nothing has arrived", async ({ begin, names }) => {
    const { fetched } = begin({ answer: () => Promise.reject(refusal(410)) });
    await expect(fetched).rejects.toMatchObject({ status: 410 });
    expect(names()).toEqual([]);
  });

  test("because the part file is gone says so", async ({ begin, folder, names, paths }) => {
    const answer: Answer = (request) => {
      fs.rmSync(paths.part);
      return answerTo(request, content);
    };
    const { events, fetched } = begin({ answer });
    await expect(fetched).rejects.toMatchObject({
      kind: "disk",
      tried: `Saving a.csv in ${folder}`,
      answered: "its partial file is gone",
      errno: "ENOENT",
    });
    expect(names()).toEqual([]);
    expect(events.at(-1)).toEqual({ kind: "stored", bytes: 0 });
  });

  test("because the folder is gone is the system's", async ({ begin, folder }) => {
    const answer: Answer = (request) => {
      fs.rmSync(folder, { recursive: true });
      return answerTo(request, content);
    };
    await expect(begin({ answer }).fetched).rejects.not.toHaveProperty(
      "answered",
      "its partial file is gone",
    );
  });
});
