import { readdirSync, readlinkSync } from "node:fs";
import fs from "node:fs/promises";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { createDigests } from "../../source/checksums/digests.ts";
import { test } from "../support/test.ts";
import { waitUntil } from "../support/wait-until.ts";

function isOpen(file: string): boolean {
  return readdirSync("/proc/self/fd").some((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === file;
    } catch {
      return false;
    }
  });
}

test("a file that is being read when the digests are closed is closed too", async ({
  folder,
  onTestFinished,
}) => {
  onTestFinished(() => void vi.restoreAllMocks());
  const file = join(folder, "a.csv");
  await fs.writeFile(file, "abc");
  let answer = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const open = fs.open;
  vi.spyOn(fs, "open").mockImplementation(async (...of) => {
    const handle = await open(...of);
    await answered;
    return handle;
  });
  const { signal } = new AbortController();
  const digests = createDigests({ bytes: 3, workerUrl: undefined, signal });
  const found = digests.of(file, 3, "md5").catch(({ name }) => name);
  await waitUntil(() => isOpen(file));
  const closed = digests.close();
  expect(await found).toBe("AbortError");
  answer();
  await closed;
  expect(isOpen(file)).toBe(false);
});
