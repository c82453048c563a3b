import fs from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { syncFile } from "../../../source/files/disk.ts";
import { readJournal } from "../../../source/transfer/part-file/journal.ts";
import { openPartFile, partPathsOf } from "../../../source/transfer/part-file/part-file.ts";
import { test as it } from "../../support/test.ts";
import { waitUntil } from "../../support/wait-until.ts";

vi.mock("../../../source/files/disk.ts", { spy: true });

it("closed twice does not close a file that was opened since", async ({ folder }) => {
  // The number that the system gives next.
  const number = fs.openSync(join(folder, "before"), "w");
  fs.closeSync(number);
  const part = await openPartFile(partPathsOf(join(folder, "a")), "boot", undefined);
  part.begin({ version: 1, fileId: "40ec", bytes: 5 });
  await new Promise((done) => part.write([Buffer.from("12345")], 0, done));
  part.written(0, 5);
  await part.close();
  const others = ["b", "c", "d"].map((name) => fs.openSync(join(folder, name), "w"));
  expect(others).toContain(number);
  await part.close();
  for (const fd of others) {
    fs.fstatSync(fd);
    fs.closeSync(fd);
  }
});

it("claims bytes as synced that were written before the sync began, and none that arrived meanwhile", async ({
  folder,
}) => {
  const megabyte = 1024 * 1024;
  const paths = partPathsOf(join(folder, "a"));
  const part = await openPartFile(paths, "boot", undefined);
  part.begin({ version: 1, fileId: "40ec", bytes: 50 * megabyte });
  let endSync: () => void = () => undefined;
  vi.mocked(syncFile).mockImplementationOnce(
    () =>
      new Promise((resolve) => {
        endSync = resolve;
      }),
  );
  // This many bytes start a sync.
  part.written(0, 40 * megabyte);
  part.written(40 * megabyte, 41 * megabyte);
  endSync();
  const synced = () =>
    readJournal(paths.journal, "another boot", 50 * megabyte)?.done.prefixEnd() ?? 0;
  await waitUntil(() => synced() > 0);
  expect(synced()).toBe(40 * megabyte);
  await part.close();
  expect(synced()).toBe(41 * megabyte);
});

it("of very many writes has a short journal, and all synced bytes are known after a restart", async ({
  folder,
}) => {
  const paths = partPathsOf(join(folder, "a"));
  const part = await openPartFile(paths, "boot", undefined);
  const writes = 12_000;
  part.begin({ version: 1, fileId: "40ec", bytes: 2 * writes });
  for (let at = 0; at < writes; at += 1) part.written(2 * at, 2 * at + 2);
  await part.close();
  expect(fs.statSync(paths.journal).size).toBeLessThan(1_000);
  expect(readJournal(paths.journal, "another boot", 2 * writes)?.done.spans()).toEqual([
    { first: 0, end: 2 * writes },
  ]);
  expect(await readdir(folder)).toEqual(["a.part", "a.part.journal"]);
});

it.runIf(fs.existsSync("/proc/self/fd"))(
  "that cannot be truncated, or whose journal cannot be closed, leaves no file open",
  async ({ folder }) => {
    const paths = partPathsOf(join(folder, "a"));
    const isOpen = () =>
      fs.readdirSync("/proc/self/fd").some((fd) => {
        const link = `/proc/self/fd/${fd}`;
        return fs.existsSync(link) && fs.readlinkSync(link).startsWith(folder);
      });
    fs.mkdirSync(join(paths.journal, "full"), { recursive: true });
    await expect(openPartFile(paths, "boot", undefined)).rejects.toThrow();
    expect(isOpen()).toBe(false);

    await rm(paths.journal, { recursive: true });
    const part = await openPartFile(paths, "boot", undefined);
    part.begin({ version: 1, fileId: "40ec", bytes: 5 });
    part.written(0, 5);
    vi.spyOn(fs, "closeSync").mockImplementationOnce((fd) => {
      vi.mocked(fs.closeSync).mockRestore();
      fs.closeSync(fd);
      throw new Error("the journal cannot be closed");
    });
    await expect(part.close()).rejects.toThrow("cannot be closed");
    expect(isOpen()).toBe(false);
  },
);
