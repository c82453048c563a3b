import fs from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openPartFile, partPathsOf } from "../../source/transfer/part-file.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "cfs-part-"));
});

afterEach(() => rm(directory, { recursive: true }));

it("closed twice leaves alone what others have opened since", async () => {
  // The number that the system gives next.
  const number = fs.openSync(join(directory, "before"), "w");
  fs.closeSync(number);
  const part = await openPartFile(partPathsOf(join(directory, "a")), "boot", undefined);
  part.begin({ version: 1, fileId: "40ec", bytes: 5 });
  await new Promise((done) => part.write([Buffer.from("12345")], 0, done));
  part.written(0, 5);
  await part.close();
  const others = ["b", "c", "d"].map((name) => fs.openSync(join(directory, name), "w"));
  expect(others).toContain(number);
  await part.close();
  for (const fd of others) {
    fs.fstatSync(fd);
    fs.closeSync(fd);
  }
});
