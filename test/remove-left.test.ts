import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { takeLock } from "../source/files/lock.ts";
import { removeLeftIn } from "../source/files/remove-left.ts";

let directory: string;

beforeEach(async () => {
  directory = await fs.mkdtemp(path.join(os.tmpdir(), "cfs-left-"));
});

afterEach(() => fs.rm(directory, { recursive: true }));

const ended = JSON.stringify({ id: "1", pid: 2 ** 22 + 1, host: os.hostname() });

async function leave(...names: string[]): Promise<void> {
  for (const name of names)
    await fs.writeFile(path.join(directory, name), name.endsWith(".lock") ? ended : "");
}

it.each([
  ["a lock", ["a.part.lock"]],
  ["a journal", ["a.part.journal"]],
  ["a lock and a journal", ["a.part.lock", "a.part.journal"]],
  ["a partial file that cannot be resumed", ["a.part"]],
])("%s beside a complete file goes", async (_, names) => {
  await leave("a", ...names);
  await removeLeftIn(directory);
  expect(await fs.readdir(directory)).toEqual(["a"]);
});

it.each([
  ["that can be resumed", ["a", "a.part", "a.part.journal"]],
  ["whose file is not complete", ["a.part", "a.part.lock"]],
])("a partial file %s stays", async (_, names) => {
  await leave(...names);
  await removeLeftIn(directory);
  expect((await fs.readdir(directory)).sort()).toEqual(names);
});

it("what a running process works on stays", async () => {
  await leave("a", "a.part");
  const lock = await takeLock(path.join(directory, "a.part.lock"), "a");
  await removeLeftIn(directory);
  expect((await fs.readdir(directory)).sort()).toEqual(["a", "a.part", "a.part.lock"]);
  await lock.release();
});
