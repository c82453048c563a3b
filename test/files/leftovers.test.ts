import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect } from "vitest";
import { removeLeftoversIn } from "../../source/files/leftovers.ts";
import { takeLock } from "../../source/files/lock.ts";
import { test } from "../support/test.ts";

const ended = JSON.stringify({ id: "1", pid: 2 ** 22 + 1, host: os.hostname() });

const it = test.extend("leave", ({ folder }) => async (names: readonly string[]) => {
  for (const name of names)
    await fs.writeFile(path.join(folder, name), /\.(lock|guard)$/.test(name) ? ended : "");
});

it.for([
  ["a lock", ["a.part.lock"]],
  ["a journal", ["a.part.journal"]],
  ["a lock and a journal", ["a.part.lock", "a.part.journal"]],
  ["a new journal", ["a.part.journal.new"]],
  ["the guard of a lock", ["a.part.lock.guard"]],
  ["what timed a lock and its guard", ["a.part.lock.clock", "a.part.lock.guard.clock"]],
  ["a part file that cannot be resumed", ["a.part", "a.part.lock"]],
] as const)("removes %s beside a complete file", async ([_, names], { folder, leave }) => {
  await leave(["a", ...names]);
  await removeLeftoversIn(folder);
  expect(await fs.readdir(folder)).toEqual(["a"]);
});

it.for([
  ["that can be resumed", ["a", "a.part", "a.part.journal"]],
  ["without a lock or journal, which may be the user's", ["a", "a.part"]],
  ["whose file is not complete", ["a.part", "a.part.lock"]],
] as const)("keeps a part file %s", async ([_, names], { folder, leave }) => {
  await leave(names);
  await removeLeftoversIn(folder);
  expect((await fs.readdir(folder)).sort()).toEqual(names);
});

it("keeps files in use by a running process", async ({ folder, leave }) => {
  await leave(["a", "a.part"]);
  const lock = await takeLock(path.join(folder, "a.part.lock"), "a");
  await removeLeftoversIn(folder);
  expect((await fs.readdir(folder)).sort()).toEqual(["a", "a.part", "a.part.lock"]);
  await lock.release();
});
