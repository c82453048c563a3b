import { createHash } from "node:crypto";
import fs from "node:fs";
import { Readable } from "node:stream";
import { describe, expect } from "vitest";
import { AppError } from "../../../source/base/errors.ts";
import type { ObjectBody } from "../../../source/objects/source.ts";
import type { TransferFile } from "../../../source/transfer/engine.ts";
import { fetchSmallFile } from "../../../source/transfer/file/fetch-small.ts";
import type { FileContext } from "../../../source/transfer/file/file-task.ts";
import { test as base } from "../file-in-folder.ts";
import { type Answer, answerTo, memoryContext, memoryTask, refusal } from "../memory-store.ts";

const content = Buffer.from("bytes of a small file");
const [md5, sha256] = ["md5", "sha256"].map((name) =>
  createHash(name).update(content).digest("hex"),
);

interface Fetch {
  answer?: Answer;
  listed?: Partial<TransferFile>;
  fresh?: boolean;
  more?: Partial<FileContext>;
}

const test = base.extend("begin", ({ final, folder }) => {
  return ({
    answer = (request) => answerTo(request, content),
    listed = {},
    fresh = false,
    more,
  }: Fetch = {}) => {
    const { context, requests } = memoryContext(answer, more);
    const bytes = content.length;
    const file = { fileId: "1", fileSetId: "2", name: "a.csv", bytes, ...listed };
    const { task, ...others } = memoryTask(context, { file, directory: folder }, "whole");
    const fetched = fetchSmallFile(task, { path: final, present: false, fresh });
    return { context, fetched, requests, ...others };
  };
});

/** The right answer but for this. */
function answerWith({ body, ...change }: Partial<ObjectBody> & { body?: Buffer[] }): Answer {
  return (request) => {
    const { stream, ...answer } = answerTo(request, content);
    return { ...answer, stream: body === undefined ? stream : Readable.from(body), ...change };
  };
}

describe("a small file", () => {
  test("is fetched with one request, verified and saved", async ({ begin, final, names }) => {
    const { events, fetched, requests } = begin({ listed: { md5 } });
    expect(await fetched).toEqual({
      state: "saved",
      path: final,
      bytes: content.length,
      sha256,
      verifiedBy: "md5",
    });
    expect(fs.readFileSync(final).equals(content)).toBe(true);
    expect(names()).toEqual(["a.csv"]);
    expect(requests).toMatchObject([{ range: undefined }]);
    expect(events).toEqual([
      { kind: "received", bytes: content.length },
      { kind: "verifying" },
      { kind: "stored", bytes: content.length },
    ]);
  });

  test("may arrive in pieces, whose memory is freed", async ({ begin }) => {
    const freed: string[] = [];
    const pieces = [content.subarray(0, 5), content.subarray(5)];
    const answer: Answer = (request) => ({
      ...answerTo(request, content),
      stream: Readable.from(pieces),
      release: (chunk) => void freed.push(chunk.toString()),
    });
    expect(await begin({ answer }).fetched).toMatchObject({ sha256 });
    expect(freed).toEqual(pieces.map(String));
  });

  test("frees its memory for the next", async ({ begin }) => {
    const { context, fetched } = begin();
    await fetched;
    const { bytes } = context.bodies.acquire(content.length);
    expect(Buffer.from(bytes).equals(content)).toBe(true);
  });

  test("has no SHA-256 if it is not recorded", async ({ begin }) => {
    const { fetched } = begin({ more: { recordsSha256: false } });
    expect(await fetched).toMatchObject({ state: "saved", sha256: undefined });
  });

  test("replaces the existing one", async ({ begin, final }) => {
    fs.writeFileSync(final, "mine");
    expect(await begin().fetched).toMatchObject({ state: "saved" });
    expect(fs.readFileSync(final).equals(content)).toBe(true);
  });

  test("is left to a careful look if its name was free and is taken now", async ({
    begin,
    final,
  }) => {
    fs.writeFileSync(final, "mine");
    const { events, fetched } = begin({ fresh: true });
    expect(await fetched).toBeUndefined();
    expect(events.at(-1)).toEqual({ kind: "downloading" });
    expect(fs.readFileSync(final, "utf8")).toBe("mine");
  });
});

describe("wrong bytes", () => {
  test.for<[string, Answer, Partial<TransferFile>]>([
    ["their md5", (request) => answerTo(request, content), { md5: "ab" }],
    ["an announced size", answerWith({ objectBytes: 5 }), {}],
    ["their number", answerWith({ objectBytes: undefined, body: [content.subarray(1)] }), {}],
  ])("are found by %s", async ([_, answer, listed], { begin, names }) => {
    const { fetched } = begin({ answer, listed });
    expect(await fetched).toBe("wrong");
    expect(names()).toEqual([]);
  });
});

describe("a request that fails", () => {
  test.for<[string, Answer]>([
    ["is refused", () => Promise.reject(refusal(503))],
    ["breaks off", answerWith({ body: [content.subarray(1)] })],
    ["sends too much", answerWith({ objectBytes: undefined, body: [content, content] })],
  ])("is left to the other way: it %s", async ([_, answer], { begin, names }) => {
    const { fetched, requests } = begin({ answer });
    expect(await fetched).toBeUndefined();
    expect(requests).toHaveLength(1);
    expect(names()).toEqual([]);
  });

  test("with an answer that no retry changes ends the file", async ({ begin }) => {
    const denied = new AppError({ kind: "sign-in", tried: "Fetching", answered: "no" });
    const answer = () => Promise.reject(denied);
    await expect(begin({ answer }).fetched).rejects.toBe(denied);
  });

  test("because of a stop ends the file", async ({ begin }) => {
    let stop: () => void = () => undefined;
    const answer: Answer = ({ signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(refusal(503)));
        stop();
      });
    const { abort, fetched } = begin({ answer });
    stop = abort;
    await expect(fetched).rejects.toMatchObject({ status: 503 });
  });
});

test("a disk that fails ends the file with the system's code", async ({ begin, folder }) => {
  const answer: Answer = (request) => {
    fs.rmSync(folder, { recursive: true });
    return answerTo(request, content);
  };
  await expect(begin({ answer }).fetched).rejects.toMatchObject({ code: "ENOENT" });
});
