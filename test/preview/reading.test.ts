import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import { Secret } from "../../source/base/secret.ts";
import { createObjectStore } from "../../source/network/object-store.ts";
import { openPreview } from "../../source/preview/open-preview.ts";
import { withOneFile } from "../support/sandbox/client.ts";
import { createPreviewFixture, jsonLines, texts } from "./preview-fixture.ts";

const kib = 1024;
const packed = gzipSync(jsonLines(20_000));

async function errorOf(work: Promise<unknown>): Promise<AppError> {
  const thrown = await work.catch((error: unknown) => error);
  if (thrown instanceof AppError) return thrown;
  throw new Error(`no AppError but ${String(thrown)}`);
}

test("the first records of 20 GB cost the first 64 KiB", async () => {
  const { client, file, sandbox } = await withOneFile(20e9, {}, "a.jsonl.gz");
  const source = createObjectStore({
    userAgent: "cfs/test",
    locate: async (fileId) => new Secret(await client.locate(fileId)),
  });
  const preview = await openPreview(
    { fileId: file.id, name: file.filename },
    { source, stallTimeoutMs: 60_000 },
    new AbortController().signal,
  );
  expect(await texts(preview, 50)).toHaveLength(50);
  const objects = sandbox.requests.filter(({ place }) => place === "objects");
  expect(objects.map(({ range }) => range)).toEqual([`bytes=0-${64 * kib - 1}`]);
  expect(objects[0]?.bytesSent).toBe(64 * kib);
  expect(preview.progress()).toEqual({
    bytesFetched: 64 * kib,
    objectBytes: 20e9,
    isOver: false,
  });
});

test("more is fetched as records are requested, in windows that double, each byte once", async () => {
  const { open, server } = await createPreviewFixture();
  const preview = await open("a.jsonl.gz", packed);
  const given = [];
  for (;;) {
    const records = await texts(preview, 100);
    given.push(...records);
    if (records.length < 100) break;
  }
  expect(given.join("\n")).toBe(jsonLines(20_000).trimEnd());
  const ranges = server.asked.map(({ range }) => range);
  expect(ranges.slice(0, 3)).toEqual([
    { first: 0, last: 64 * kib - 1 },
    { first: 64 * kib, last: 192 * kib - 1 },
    { first: 192 * kib, last: packed.length - 1 },
  ]);
  expect(preview.progress()).toEqual({
    bytesFetched: packed.length,
    objectBytes: packed.length,
    isOver: true,
  });
  expect(server.located).toHaveLength(1);
});

test("a body of a server that ignores ranges is read to the end of the piece", async () => {
  const { open, server } = await createPreviewFixture();
  server.ignoresRange = true;
  server.limit = 4_000_000;
  const preview = await open("a.jsonl.gz", packed);
  expect((await texts(preview, 3))[2]).toMatch(/^{"id":3,/);
  expect(preview.progress().bytesFetched).toBeLessThan(packed.length / 2);
  // On and on: the beginning is passed over, and no record is lost.
  const rest = [];
  while (!preview.progress().isOver) rest.push(...(await texts(preview)));
  expect(rest).toHaveLength(20_000 - 3);
});

test("an address that has expired is requested again", async () => {
  const { open, server } = await createPreviewFixture();
  const preview = await open("a.jsonl.gz", packed);
  await texts(preview, 10);
  server.expire();
  while (!preview.progress().isOver) await preview.next(1000);
  expect(server.located).toHaveLength(2);
  expect(preview.progress().bytesFetched).toBe(packed.length);
});

test("a request for an address that fails for a moment is retried", async () => {
  const { open, server } = await createPreviewFixture();
  const { locate } = server.source;
  server.source.locate = async (...asked) => {
    const address = await locate(...asked);
    if (server.located.length > 2) return address;
    const answered = "the service answered 503";
    throw new AppError({ kind: "service", tried: "Locating", answered, status: 503 });
  };
  const preview = await open("a.jsonl.gz", packed);
  expect(await texts(preview, 10)).toHaveLength(10);
  expect(server.located).toHaveLength(3);
});

test("a body that breaks off is requested again from there", async () => {
  const { open, server } = await createPreviewFixture();
  server.fault = (_, count) => (count < 3 ? { kind: "cut", afterBytes: 10_000 } : undefined);
  const preview = await open("a.jsonl.gz", packed);
  expect(await texts(preview, 10)).toHaveLength(10);
  expect(server.asked.map(({ range }) => range?.first)).toEqual([0, 10_000, 20_000]);
  expect(preview.progress().bytesFetched).toBe(64 * kib);
});

test.each([
  ["is not there", { kind: "refuse", status: 404, code: "NoSuchKey" }, 4, "not in the store yet"],
  [
    "is refused",
    { kind: "refuse", status: 403, code: "AccessDenied" },
    5,
    "no longer be available",
  ],
  ["fails", { kind: "refuse", status: 500, code: "InternalError" }, 5, "said InternalError"],
] as const)("a file that %s is reported in a sentence", async (_, fault, exitCode, words) => {
  const { open, server } = await createPreviewFixture();
  server.fault = () => fault;
  const error = await errorOf(open("a.csv", Buffer.from("a,b\n")));
  expect(error.message).toContain(words);
  expect(error.message).not.toContain("sig=");
  expect(error.exitCode).toBe(exitCode);
});

test("a server that falls silent is given up with a sentence", async () => {
  const { open, server } = await createPreviewFixture(20);
  server.fault = () => ({ kind: "stall", afterBytes: 10 });
  expect((await errorOf(open("a.jsonl.gz", packed))).message).toContain("no data for");
});

test("a file whose tag is a weak one is read on", async () => {
  const { open, server } = await createPreviewFixture();
  server.hasWeakTags = true;
  const preview = await open("a.jsonl.gz", packed);
  expect(await texts(preview, 20_000)).toHaveLength(20_000);
});

test.each([false, true])(
  "another object in the file's place is reported, and never mixed in, weak tags: %s",
  async (isWeak) => {
    const { open, server } = await createPreviewFixture();
    server.hasWeakTags = isWeak;
    const preview = await open("a.jsonl.gz", packed);
    await texts(preview, 10);
    server.put("a.jsonl.gz", gzipSync(jsonLines(20_001)));
    const error = await errorOf(
      (async () => {
        for (;;) await preview.next(1000);
      })(),
    );
    expect(error.message).toContain("the file changed while it was read");
  },
);

test("an abort ends it at once", async () => {
  const { abort, open, server } = await createPreviewFixture();
  server.fault = () => ({ kind: "stall", afterBytes: 10 });
  const opening = open("a.jsonl.gz", packed);
  const ended = expect(opening).rejects.toMatchObject({ name: "AbortError" });
  while (server.asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
  abort();
  await ended;
});

test("an empty file has no records", async () => {
  const { open } = await createPreviewFixture();
  for (const body of [Buffer.alloc(0), gzipSync("")]) {
    const preview = await open("a.csv.gz", body);
    expect(preview.format).toBe("empty");
    expect(await preview.next(10)).toEqual([]);
  }
});
