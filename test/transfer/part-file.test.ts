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
  const part = await openPartFile(partPathsOf(join(directory, "a")), "boot", undefined);
  part.begin({ version: 1, fileId: "40ec", bytes: 5 });
  fs.writeSync(part.fd, "12345");
  part.written(0, 5);
  await part.close();
  const others = ["b", "c", "d"].map((name) => fs.openSync(join(directory, name), "w"));
  expect(others).toContain(part.fd);
  await part.close();
  for (const fd of others) {
    fs.fstatSync(fd);
    fs.closeSync(fd);
  }
});
