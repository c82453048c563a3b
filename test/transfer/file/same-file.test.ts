import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { describe, expect } from "vitest";
import type { TransferFile } from "../../../source/transfer/engine.ts";
import { isSameFile } from "../../../source/transfer/file/same-file.ts";
import { test as base } from "../../support/test.ts";
import { type Answer, answerTo, memoryContext, memoryTask, refusal } from "../memory-store.ts";

const bytes = 40_000;
const content = Buffer.from(Array.from({ length: bytes }, (_, index) => index % 251));
const md5Of = (body: Buffer) => createHash("md5").update(body).digest("hex");
const md5 = md5Of(content);

interface Compared {
  /** The object in the store. */
  body?: Buffer;
  answer?: Answer;
  listed?: Partial<TransferFile>;
  /** The file on disk. */
  existing?: Buffer;
}

const test = base.extend("compare", ({ folder }) => {
  return ({
    body = content,
    answer = (request) => answerTo(request, body),
    listed = {},
    existing = content,
  }: Compared) => {
    const file = path.join(folder, "a");
    fs.writeFileSync(file, existing);
    const { context, requests } = memoryContext(answer);
    const wanted = { fileId: "1", fileSetId: "2", name: "a.csv", ...listed };
    const { task } = memoryTask(context, { file: wanted, directory: folder }, "whole");
    const same = isSameFile(task, { path: file, bytes: existing.length });
    return { requests, same };
  };
});

describe("an existing file", () => {
  test("of another size is another, without a request", async ({ compare }) => {
    const { requests, same } = compare({ listed: { bytes: bytes + 1, md5 } });
    expect(await same).toBeUndefined();
    expect(requests).toEqual([]);
  });

  test("is recognised by the listed md5 alone", async ({ compare }) => {
    const { requests, same } = compare({ listed: { bytes, md5: md5.toUpperCase() } });
    expect(await same).toBe("md5");
    expect(requests).toEqual([]);
    expect(await compare({ listed: { md5: md5Of(Buffer.from("other")) } }).same).toBeUndefined();
  });

  test("is recognised by the end of the object", async ({ compare }) => {
    const { requests, same } = compare({ listed: { bytes } });
    expect(await same).toBe("size");
    expect(requests).toMatchObject([{ range: { first: bytes - 16 * 1024 } }]);
  });

  test.for([0, bytes - 16 * 1024 - 1])(
    "may differ before its end, at %i",
    async (at, { compare }) => {
      const existing = Buffer.from(content).fill(255, at, at + 1);
      expect(await compare({ existing }).same).toBe("size");
    },
  );

  test.for([bytes - 16 * 1024, bytes - 1])("may not differ at %i", async (at, { compare }) => {
    const existing = Buffer.from(content).fill(255, at, at + 1);
    expect(await compare({ existing }).same).toBeUndefined();
  });

  test.for([5, 0])("may be small: %i bytes", async (size, { compare }) => {
    const small = content.subarray(0, size);
    const { requests, same } = compare({ body: small, existing: small });
    expect(await same).toBe("size");
    expect(requests).toMatchObject([{ range: size === 0 ? undefined : { first: 0 } }]);
  });

  test.for([bytes - 1, bytes + 1, bytes - 20_000])(
    "is another than an object of %i bytes",
    async (size, { compare }) => {
      const body = Buffer.concat([content, content]).subarray(0, size);
      const answer: Answer = (request) => {
        if ((request.range?.first ?? 0) >= size) throw refusal(416);
        return answerTo(request, body);
      };
      expect(await compare({ answer }).same).toBeUndefined();
    },
  );

  test("is another than an object with more bytes of unknown number", async ({ compare }) => {
    const answer: Answer = (request) => ({
      ...answerTo(request, Buffer.concat([content, content])),
      objectBytes: undefined,
    });
    expect(await compare({ answer }).same).toBeUndefined();
  });
});

describe("a tag that is an md5", () => {
  const tagged =
    (etag: string): Answer =>
    (request) => ({ ...answerTo(request, content), etag });

  test("decides for a format without a CRC", async ({ compare }) => {
    expect(await compare({ answer: tagged(`"${md5}"`) }).same).toBe("md5");
    expect(await compare({ answer: tagged(`"${md5Of(Buffer.from("other"))}"`) }).same).toBe(
      undefined,
    );
  });

  test.for(["a.csv.gz", "A.ZIP"])("is not needed for %s", async (name, { compare }) => {
    const answer = tagged(`"${md5Of(Buffer.from("other"))}"`);
    expect(await compare({ answer, listed: { name } }).same).toBe("size");
  });

  test.for([`"${md5}-2"`, `W/"${md5}"`, `"x${md5}"`])("is not %s", async (etag, { compare }) => {
    expect(await compare({ answer: tagged(etag) }).same).toBe("size");
  });
});

describe("a store", () => {
  test("that breaks off is asked again", async ({ compare }) => {
    const { requests, same } = compare({
      answer: (request, count) => {
        const answer = answerTo(request, content);
        return count > 1 ? answer : { ...answer, stream: Readable.from([]) };
      },
    });
    expect(await same).toBe("size");
    expect(requests).toHaveLength(2);
  });

  test("that does not say leaves the question open", async ({ compare }) => {
    const answer = () => Promise.reject(refusal(410));
    await expect(compare({ answer }).same).rejects.toMatchObject({ status: 410 });
  });
});
