import fs from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { expect, vi } from "vitest";
import { Secret } from "../../source/base/secret.ts";
import { createDiskSource } from "../../source/preview/disk-source.ts";
import { openPreview } from "../../source/preview/open-preview.ts";
import { test as base } from "../support/test.ts";
import { jsonLines, texts } from "./preview-fixture.ts";

const test = base.extend("preview", ({ folder }) => async (name: string, body: Buffer) => {
  const at = path.join(folder, name);
  await fs.writeFile(at, body);
  const context = { source: createDiskSource(at), stallTimeoutMs: 60_000 };
  return openPreview({ fileId: "1", name }, context, new AbortController().signal);
});

test("a file on disk is previewed in pieces, to its end", async ({ preview }) => {
  const lines = jsonLines(20_000);
  const opened = await preview("a.jsonl.gz", gzipSync(lines));
  expect(opened.format).toBe("jsonl");
  expect(opened.progress().isOver).toBe(false);
  expect((await texts(opened, 30_000)).join("\n")).toBe(lines.trimEnd());
});

test("an empty file is previewed as empty", async ({ preview }) => {
  expect((await preview("a.csv", Buffer.alloc(0))).format).toBe("empty");
});

test("a file that does not exist is an error that names it", async ({ folder }) => {
  const at = path.join(folder, "gone.csv");
  const context = { source: createDiskSource(at), stallTimeoutMs: 60_000 };
  const opened = openPreview(
    { fileId: "1", name: "gone.csv" },
    context,
    AbortSignal.timeout(60_000),
  );
  await expect(opened).rejects.toThrow(`Reading ${at}`);
});

test("a file whose disk fails is closed", async ({ folder }) => {
  const at = path.join(folder, "a.csv");
  await fs.writeFile(at, "rows");
  const opened = await fs.open(at);
  const handles = Object.getPrototypeOf(opened);
  await opened.close();
  let failed: fs.FileHandle | undefined;
  vi.spyOn(handles, "stat").mockImplementationOnce(async function fail(this: fs.FileHandle) {
    failed = this;
    throw new Error("i/o error");
  });
  const reading = createDiskSource(at).open({
    url: new Secret("unused"),
    signal: new AbortController().signal,
  });
  await expect(reading).rejects.toThrow(`Reading ${at}`);
  expect(failed?.fd).toBe(-1);
});
