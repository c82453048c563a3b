import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { describe, expect, vi } from "vitest";
import { takeLock } from "../../../source/files/lock.ts";
import type { TransferRequest } from "../../../source/transfer/engine.ts";
import { fetchFile } from "../../../source/transfer/file/fetch-file.ts";
import type { FetchWay } from "../../../source/transfer/file/file-task.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { test as base } from "../file-in-folder.ts";
import { type Answer, answerTo, memoryContext, memoryTask, refusal } from "../memory-store.ts";

const content = Buffer.from("bytes of a file");
const md5 = createHash("md5").update(content).digest("hex");

interface Fetch {
  answer?: Answer;
  way?: FetchWay;
  more?: Partial<TransferRequest>;
}

const test = base.extend("begin", ({ folder }) => {
  return ({
    answer = (request) => answerTo(request, content),
    way = "whole",
    more = {},
  }: Fetch = {}) => {
    const { context, requests } = memoryContext(answer);
    const leave = vi.spyOn(context.destinations, "leave");
    const file = { fileId: "1", fileSetId: "2", name: "a.csv", bytes: content.length, md5 };
    const { task, ...others } = memoryTask(context, { file, directory: folder, ...more }, way);
    return { context, fetched: fetchFile(task), leave, requests, ...others };
  };
});

describe.each<FetchWay>(["whole", "segments"])("a file that is fetched in the way %s", (way) => {
  test("gets a folder, a name and its bytes, and frees the name", async ({ begin, folder }) => {
    const directory = path.join(folder, "new", "folder");
    const { events, fetched, leave } = begin({ way, more: { directory } });
    const final = path.join(directory, "a.csv");
    expect(await fetched).toMatchObject({ state: "saved", path: final, verifiedBy: "md5" });
    expect(events[0]).toEqual({ kind: "named", path: final });
    expect(leave.mock.calls).toEqual([[final]]);
    expect(fs.readdirSync(directory)).toEqual(["a.csv"]);
  });

  test("is skipped if it is there, after its verification", async ({ begin, final, names }) => {
    fs.writeFileSync(final, content);
    const { events, fetched, leave, requests } = begin({ way });
    expect(await fetched).toEqual({
      state: "skipped",
      path: final,
      bytes: content.length,
      verifiedBy: "md5",
    });
    expect(events.map(({ kind }) => kind)).toEqual(["verifying", "downloading", "named"]);
    expect(requests).toEqual([]);
    expect(leave.mock.calls).toEqual([[final]]);
    expect(names()).toEqual(["a.csv"]);
  });

  test("is skipped, and what an earlier run left beside it is removed", async ({
    begin,
    final,
    names,
    paths,
  }) => {
    fs.writeFileSync(final, content);
    fs.writeFileSync(paths.journal, "");
    fs.writeFileSync(paths.part, "");
    expect(await begin({ way }).fetched).toMatchObject({ state: "skipped", verifiedBy: "md5" });
    expect(names()).toEqual(["a.csv"]);
  });

  test("is not fetched while another process fetches it", async ({ begin, paths }) => {
    const lock = await takeLock(paths.lock, "a.csv");
    fs.writeFileSync(paths.part, "");
    const { fetched, leave, requests } = begin({ way });
    await expect(fetched).rejects.toMatchObject({ reason: "locked" });
    expect(requests).toEqual([]);
    expect(leave).toHaveBeenCalledOnce();
    await lock.release();
  });

  test("fails with the reason of the disk", async ({ begin, folder }) => {
    fs.writeFileSync(path.join(folder, "file"), "");
    const directory = path.join(folder, "file", "folder");
    const { fetched } = begin({ way, more: { directory } });
    await expect(fetched).rejects.toMatchObject({ kind: "disk", errno: "EEXIST" });
  });

  test("fails with wrong bytes, which were fetched twice", async ({ begin, names }) => {
    const answer: Answer = (request) => answerTo(request, Buffer.alloc(content.length));
    const { fetched, requests } = begin({ answer, way });
    await expect(fetched).rejects.toMatchObject({ kind: "integrity" });
    expect(requests).toHaveLength(2);
    expect(names()).toEqual([]);
  });

  test("ends with the reason of a stop", async ({ begin, names }) => {
    const answer: Answer = ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    const { abort, fetched, requests } = begin({ answer, way });
    await waitUntil(() => requests.length === 1);
    abort();
    await expect(fetched).rejects.toMatchObject({ name: "AbortError" });
    expect(names()).toEqual([]);
  });
});

describe("a small file", () => {
  test("is fetched in segments after its request failed", async ({ begin, names }) => {
    const answer: Answer = (request, count) => {
      if (count === 1) throw refusal(503);
      return answerTo(request, content);
    };
    const { fetched, requests } = begin({ answer });
    expect(await fetched).toMatchObject({ state: "saved", verifiedBy: "md5" });
    expect(requests).toHaveLength(2);
    expect(names()).toEqual(["a.csv"]);
  });

  test("continues the part file of an earlier run", async ({ begin, names, paths }) => {
    fs.writeFileSync(paths.part, "");
    expect(await begin().fetched).toMatchObject({ state: "saved" });
    expect(names()).toEqual(["a.csv"]);
  });
});

describe("a file that another process saves meanwhile", () => {
  test("is skipped", async ({ begin, final, names }) => {
    const answer: Answer = (request, count) => {
      if (count > 1) return answerTo(request, content);
      fs.writeFileSync(final, content);
      throw refusal(503);
    };
    const { fetched, requests } = begin({ answer });
    expect(await fetched).toMatchObject({ state: "skipped", path: final });
    expect(requests).toHaveLength(1);
    expect(names()).toEqual(["a.csv"]);
  });

  test("under its name gets another if it is another", async ({ begin, final, folder, names }) => {
    const answer: Answer = (request, count) => {
      if (count > 1) return answerTo(request, content);
      fs.writeFileSync(final, "mine");
      throw refusal(503);
    };
    const { fetched, leave } = begin({ answer });
    const second = path.join(folder, "a (2).csv");
    expect(await fetched).toMatchObject({ state: "saved", path: second });
    expect(leave.mock.calls).toEqual([[final], [second]]);
    expect(names()).toEqual(["a (2).csv", "a.csv"]);
  });
});

describe("a network that fails", () => {
  test.for([
    [true, "Check the network, then try again. What has arrived is kept."],
    [false, "Check the network, then try again."],
  ] as const)("leaves what has arrived, and says so: %s", async ([arrives, advice], { begin }) => {
    const answer: Answer = (request, count) => {
      const { stream, ...rest } = answerTo(request, content);
      const isFirst = arrives && count === 1;
      return { ...rest, stream: isFirst ? Readable.from([content.subarray(0, 5)]) : cut() };
    };
    const { fetched } = begin({ answer, way: "segments" });
    await expect(fetched).rejects.toMatchObject({ reason: "network", advice });
  });
});

/** A body that breaks off at once. */
function cut(): Readable {
  return new Readable({ read: () => undefined }).destroy(new Error("reset"));
}
