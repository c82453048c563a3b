import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import { inflate } from "../../source/preview/inflate.ts";
import { longestRecordBytes } from "../../source/preview/split-records.ts";
import { createPreviewFixture, jsonLines, texts, zipOf } from "./preview-fixture.ts";

const lines = (text: string) => text.trimEnd().split("\n");

test.each([
  ["a.jsonl", '{"a":1}\n\n{"a":2}', "jsonl", ['{"a":1}', '{"a":2}']],
  ["no-extension", '{"a":1}\n{"b":2}\n', "jsonl", ['{"a":1}', '{"b":2}']],
  ["pretty.json", '{\n  "a": 1\n}\n', "text", ["{", '  "a": 1', "}"]],
  ["notes.txt", "one, two\n\nthree\n", "text", ["one, two", "", "three"]],
  ["a.jsonl.gz", "this is no JSON\n", "text", ["this is no JSON"]],
] as const)("%s with %j is %s", async (name, content, format, records) => {
  const { open } = await createPreviewFixture();
  const preview = await open(name, Buffer.from(content));
  expect(preview.format).toBe(format);
  expect(await texts(preview)).toEqual(records);
});

test.each([
  ["a.csv", "a,b\r\n1,2\r\n", ",", ["1,2\r"]],
  ["a.csv", '\ufeff"a\n1","b"\n"x ""y"", z",2\n\n3,"4\n5"', ",", ['"x ""y"", z",2', '3,"4\n5"']],
  ["a.tsv", "a\tb\n1\t2\n", "\t", ["1\t2"]],
  ["TESTDEV2025-09-16T13:00:00.000-04:00", "CUSIP|STATE\n1|CA\n2|TX\n", "|", ["1|CA", "2|TX"]],
  ["one-column.csv", "a\n1\n", ",", ["1"]],
] as const)("%s with %j is a csv", async (name, content, delimiter, rows) => {
  const { open } = await createPreviewFixture();
  const preview = await open(name, Buffer.from(content));
  if (preview.format !== "csv") throw new Error(preview.format);
  expect(preview.delimiter).toBe(delimiter);
  expect(preview.header.toString()).not.toContain("\ufeff");
  expect(await texts(preview)).toEqual(rows);
});

test("a gzip of several members is one text, wherever the pieces are cut", async () => {
  const members = [gzipSync("one\ntw"), gzipSync("o\n"), gzipSync("three\n")];
  const whole = Buffer.concat(members);
  for (const size of [1, 7, members[0]?.length ?? 0, whole.length]) {
    async function* pieces() {
      for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size);
    }
    const given: Buffer[] = [];
    for await (const piece of inflate(pieces(), "gzip", "a.gz")) given.push(piece);
    expect(Buffer.concat(given).toString()).toBe("one\ntwo\nthree\n");
  }
});

test("damage and a cut end are reported after the records before them", async () => {
  const { open } = await createPreviewFixture();
  const packed = gzipSync(jsonLines(5_000));
  const damaged = Buffer.from(packed);
  damaged.fill(0xff, 50_000, 51_000);
  for (const body of [damaged, packed.subarray(0, 50_000)]) {
    const preview = await open("a.jsonl.gz", body);
    let count = 0;
    const reading = (async () => {
      for (;;) count += (await preview.next(100)).length;
    })();
    const error = await reading.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ kind: "integrity" });
    expect(count).toBeGreaterThan(1_000);
  }
});

test("a record without an end is cut, and the preview ends there with a sentence", async () => {
  const { open } = await createPreviewFixture();
  const preview = await open("a.txt", Buffer.concat([Buffer.from("x\n"), Buffer.alloc(10e6, "y")]));
  const [first, second, ...more] = await preview.next(10);
  expect(first?.isCut).toBe(false);
  expect(second).toMatchObject({ number: 2, isCut: true });
  expect(second?.raw).toHaveLength(longestRecordBytes);
  expect(more).toEqual([]);
  const { bytesFetched, ending, isOver } = preview.progress();
  expect({ ending, isOver }).toEqual({
    ending: "Record 2 is longer than 1.0 MB; the preview ends there.",
    isOver: true,
  });
  expect(bytesFetched).toBeLessThan(3e6);
});

test("a gzip that unpacks to a thousand times its size takes no memory", async () => {
  const { open } = await createPreviewFixture();
  const bomb = gzipSync(Buffer.alloc(100e6, "0123456789abcde\n"), { level: 1 });
  const before = process.memoryUsage().arrayBuffers;
  const preview = await open("bomb.txt.gz", bomb);
  expect(await texts(preview, 10)).toHaveLength(10);
  expect(preview.progress().bytesFetched).toBeLessThan(bomb.length);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20e6);
});

test("binary data is shown as binary, with its first bytes", async () => {
  const { open } = await createPreviewFixture();
  const preview = await open("a.dat", Buffer.from([0x89, 0x50, 0, 1, 2, 3]));
  if (preview.format !== "binary") throw new Error(preview.format);
  expect(preview.sample.toString("hex")).toBe("895000010203");
  expect(await preview.next(5)).toEqual([]);
});

const incompressible = Buffer.from(jsonLines(60_000));

test.each([false, true])("a zip is listed from its end (64-bit: %s)", async (large) => {
  const { open, server } = await createPreviewFixture();
  const zip = zipOf(
    [
      { name: "large.jsonl", content: incompressible, isStored: true },
      { name: "small/é.csv", content: Buffer.from("a,b\n1,2\n") },
    ],
    large,
  );
  const preview = await open("a.zip", zip);
  if (preview.format !== "zip") throw new Error(preview.format);
  expect(preview.entryCount).toBe(2);
  expect(preview.entries.map(({ bytes, name }) => [name, bytes])).toEqual([
    ["large.jsonl", incompressible.length],
    ["small/é.csv", 8],
  ]);
  expect(preview.progress().bytesFetched).toBeLessThan(150_000);
  expect(server.asked.length).toBeLessThanOrEqual(3);
});

test("the entries of a zip are previewed as files are", async () => {
  const { open, reopen, server } = await createPreviewFixture();
  const zip = zipOf([
    { name: "large.jsonl", content: incompressible },
    { name: "stored.csv.gz", content: gzipSync("a,b\n1,2\n"), isStored: true },
    { name: "empty.csv", content: Buffer.alloc(0) },
  ]);
  const preview = await open("a.zip", zip);
  const entries = preview.format === "zip" ? preview.entries : [];
  server.asked.length = 0;
  const first = await reopen("a.zip", { entry: entries[0] });
  expect(await texts(first, 5)).toEqual(lines(jsonLines(5)));
  expect(server.asked).toHaveLength(1);
  const all = [];
  while (!first.progress().isOver) all.push(...(await first.next(1000)));
  expect(all).toHaveLength(60_000 - 5);
  const second = await reopen("a.zip", { entry: entries[1] });
  expect(second).toMatchObject({ format: "csv", delimiter: "," });
  expect(await texts(second)).toEqual(["1,2"]);
  expect((await reopen("a.zip", { entry: entries[2] })).format).toBe("empty");
});

test("the only file of a zip opens in place of the list, if that is wanted", async () => {
  const { open, reopen, server } = await createPreviewFixture();
  const one = { name: "one.csv", content: Buffer.from("a,b\n1,2\n") };
  const inFolder = zipOf([{ name: "folder/", content: Buffer.alloc(0) }, one]);
  const preview = await open("a.zip", inFolder, { opensOnlyEntry: true });
  expect(preview).toMatchObject({ format: "csv", entry: { name: "one.csv" } });
  expect(await texts(preview)).toEqual(["1,2"]);
  const bytes = inFolder.length;
  expect(preview.progress()).toEqual({ bytesFetched: bytes, objectBytes: bytes, isOver: true });
  expect(server.asked).toHaveLength(1);
  expect(server.located).toHaveLength(1);
  expect(await reopen("a.zip")).toMatchObject({ format: "zip", entryCount: 2 });
  const two = zipOf([one, { ...one, name: "two.csv" }]);
  expect(await open("b.zip", two, { opensOnlyEntry: true })).toMatchObject({ format: "zip" });
});

test("the only file of a large zip does not fetch its beginning again", async () => {
  const { open, server } = await createPreviewFixture();
  const zip = zipOf([{ name: "a.jsonl", content: incompressible, isStored: true }]);
  const preview = await open("a.zip", zip, { opensOnlyEntry: true });
  expect(await texts(preview, 60_001)).toEqual(lines(incompressible.toString()));
  const beginnings = server.asked.filter(
    ({ range }) => range !== undefined && range.first < 65_536,
  );
  expect(beginnings).toHaveLength(1);
});

test("a zip without its end, or behind a server without ranges, is explained in a sentence", async () => {
  const { open, reopen, server } = await createPreviewFixture();
  const zip = zipOf([{ name: "a.jsonl", content: incompressible, isStored: true }]);
  await expect(open("a.zip", zip.subarray(0, -100))).rejects.toThrow(
    "directory at its end is missing",
  );
  server.put("a.zip", zip);
  server.ignoresRange = true;
  await expect(reopen("a.zip")).rejects.toThrow("its entries is at its end");
});
