import fileSystem, { readlinkSync } from "node:fs";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, describe, expect, vi } from "vitest";
import { takeLock } from "../../source/files/lock.ts";
import { ownProcess } from "../../source/files/process-identity.ts";
import { test as base } from "../support/test.ts";
import { waitUntil } from "../support/wait-until.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Linux gives no process so large an id. The id of an ended child may be given to another process. */
const deadPid = 2 ** 22 + 1;
const dead = { id: "x", pid: deadPid, host: os.hostname() };
const guardText = JSON.stringify({ ...dead, id: "guard" });

/** Makes it look untouched for an hour. */
async function age(path: string) {
  const longAgo = new Date((await fs.stat(path)).mtimeMs - 3_600_000);
  await fs.utimes(path, longAgo, longAgo);
}

const it = base
  .extend("file", ({ folder }) => path.join(folder, "a.part.lock"))
  .extend("leave", ({ file }) => {
    return (holder: object) => fs.writeFile(file, JSON.stringify(holder));
  });

it("removes the guard of a process that died right after it removed a lock", async ({
  folder,
  file,
}) => {
  await fs.writeFile(`${file}.guard`, guardText);
  await (await takeLock(file, "a.gz")).release();
  expect(await fs.readdir(folder)).toEqual([]);
});

it("takes a dead process's lock despite another dead process's guard", async ({
  folder,
  file,
  leave,
}) => {
  await leave(dead);
  await fs.writeFile(`${file}.guard`, guardText);
  await (await takeLock(file, "a.gz")).release();
  expect(await fs.readdir(folder)).toEqual([]);
});

describe("takes a dead process's lock after its own guard", () => {
  const refused = () => {
    throw Object.assign(new Error("injected"), { code: "EBUSY" });
  };

  it("could not be removed", async ({ folder, file, leave }) => {
    await leave(dead);
    const { rm } = fs;
    vi.spyOn(fs, "rm")
      .mockImplementationOnce(rm)
      .mockImplementationOnce(async () => refused());
    await expect(takeLock(file, "a.gz")).rejects.toThrow("injected");
    await leave(dead);
    await (await takeLock(file, "a.gz")).release();
    expect(await fs.readdir(folder)).toEqual([]);
  });

  it("could be neither closed nor removed", async ({ folder, file, leave }) => {
    await leave(dead);
    const { closeSync } = fileSystem;
    vi.spyOn(fileSystem, "closeSync").mockImplementationOnce((fd) => {
      closeSync(fd);
      refused();
    });
    vi.spyOn(fileSystem, "rmSync").mockImplementationOnce(refused);
    await expect(takeLock(file, "a.gz")).rejects.toThrow("injected");
    await (await takeLock(file, "a.gz")).release();
    expect(await fs.readdir(folder)).toEqual([]);
  });
});

it("leaves alone the guard of a process that runs", async ({ folder, file }) => {
  const text = JSON.stringify({ id: "guard", ...ownProcess() });
  await fs.writeFile(`${file}.guard`, text);
  await (await takeLock(file, "a.gz")).release();
  expect(await fs.readdir(folder)).toEqual([path.basename(`${file}.guard`)]);
});

it("removes the file by which a killed process dated a lock without a text", async ({
  folder,
  file,
}) => {
  await fs.writeFile(file, "");
  await fs.writeFile(`${file}.clock`, "");
  await age(file);
  await (await takeLock(file, "a.gz")).release();
  expect(await fs.readdir(folder)).toEqual([]);
});

it("takes a lock without a text even after the clock was set back", async ({ folder, file }) => {
  await fs.writeFile(file, "");
  const future = new Date(Date.now() + 3_600_000);
  await fs.utimes(file, future, future);
  await (await takeLock(file, "a.gz")).release();
  expect(await fs.readdir(folder)).toEqual([]);
});

it("has one holder and names it", async ({ folder, file }) => {
  const lock = await takeLock(file, "a.gz");
  await expect(takeLock(file, "a.gz")).rejects.toMatchObject({
    kind: "disk",
    message: expect.stringContaining(`another cfs (process ${process.pid}) is fetching it`),
  });
  await lock.release();
  expect(await fs.readdir(folder)).toEqual([]);
  await (await takeLock(file, "a.gz")).release();
});

it("is taken from a process that died", async ({ file, leave }) => {
  await leave(dead);
  await (await takeLock(file, "a.gz")).release();
});

it.runIf(process.platform === "linux")(
  "is taken where another process has the dead one's number",
  async ({ file, leave }) => {
    await leave({ id: "x", pid: process.pid, host: os.hostname(), began: "1" });
    await (await takeLock(file, "a.gz")).release();
  },
);

it("of another machine holds as long as it is touched", async ({ file, leave }) => {
  await leave({ id: "x", pid: 4_321, host: "elsewhere" });
  await expect(takeLock(file, "a.gz")).rejects.toMatchObject({
    message: expect.stringContaining("process 4321 on elsewhere"),
  });
  await age(file);
  await (await takeLock(file, "a.gz")).release();
});

const nsOfThisProcess = () => readlinkSync("/proc/self/ns/pid");

it.runIf(process.platform === "linux")(
  "of another container with this machine's name holds as long as it is touched",
  async ({ file }) => {
    const text = JSON.stringify({
      id: "x",
      pid: deadPid,
      host: os.hostname(),
      namespace: "pid:[1]",
    });
    await fs.writeFile(file, text);
    await expect(takeLock(file, "a.gz")).rejects.toMatchObject({
      message: expect.stringContaining(`process ${deadPid} in another container`),
    });
    await age(file);
    const lock = await takeLock(file, "a.gz");
    expect(JSON.parse(await fs.readFile(file, "utf8"))).toMatchObject({
      namespace: nsOfThisProcess(),
    });
    await lock.release();
  },
);

it("of a running process without further details from the system is held", async ({
  file,
  leave,
}) => {
  await leave({ id: "x", pid: process.pid, host: os.hostname(), began: "1" });
  vi.spyOn(fileSystem, "readFileSync").mockImplementation(() => {
    throw Object.assign(new Error("no such file"), { code: "ENOENT" });
  });
  vi.spyOn(process, "kill").mockImplementation(() => {
    throw Object.assign(new Error("not permitted"), { code: "EPERM" });
  });
  await expect(takeLock(file, "a.gz")).rejects.toMatchObject({ reason: "locked" });
});

it.for<[string, number]>([
  ["ahead of", 2],
  ["behind", -2],
])(
  "uses the file system's clock if this machine's is %s it",
  async ([_, hours], { folder, file, leave }) => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + hours * 3_600_000 });
    await leave({ id: "x", pid: 4_321, host: "elsewhere" });
    await expect(takeLock(file, "a.gz")).rejects.toMatchObject({ reason: "locked" });
    await age(file);
    await (await takeLock(file, "a.gz")).release();
    expect(await fs.readdir(folder)).toEqual([]);
  },
);

it("is touched by the file system's clock, independent of this machine's", async ({
  folder,
  file,
}) => {
  vi.useFakeTimers({ toFake: ["Date", "setInterval", "clearInterval"], now: 0 });
  const lock = await takeLock(file, "a.gz");
  const text = await fs.readFile(file, "utf8");
  const { mtimeMs } = await fs.stat(file);
  await age(file);
  vi.advanceTimersByTime(15_000);
  await waitUntil(async () => (await fs.stat(file)).mtimeMs >= mtimeMs);
  expect(await fs.readFile(file, "utf8")).toBe(text);
  await lock.release();
  expect(await fs.readdir(folder)).toEqual([]);
});

it("is left to a process that has taken it over", async ({ file, leave }) => {
  const lock = await takeLock(file, "a.gz");
  await fs.rm(file);
  await leave({ id: "x", pid: 4_321, host: "elsewhere" });
  await lock.release();
  expect(JSON.parse(await fs.readFile(file, "utf8"))).toMatchObject({ host: "elsewhere" });
});

it("controls no terminal by its content", async ({ file, leave }) => {
  await leave({ id: "x", pid: 4_321, host: "\u001b]0;owned\u0007\u001b[2J\u202eelsewhere" });
  const refused = await takeLock(file, "a.gz").catch((thrown: unknown) => String(thrown));
  expect(refused).toContain("owned[2Jelsewhere");
  expect(refused).not.toMatch(/[\u0000-\u001f\u202e]/);
});

it("of several processes that find a dead lock, one gets it", async ({ folder, file, leave }) => {
  for (let round = 0; round < 10; round += 1) {
    await leave({ id: `x${round}`, pid: deadPid, host: os.hostname() });
    const taken = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(file, "a.gz")));
    const got = taken.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    expect(got).toHaveLength(1);
    await got[0]?.release();
  }
  expect(await fs.readdir(folder)).toEqual([]);
});

it("that could not be removed does not block the process that released it", async ({
  folder,
  file,
}) => {
  const lock = await takeLock(file, "a.gz");
  vi.spyOn(fs, "rm").mockRejectedValueOnce(new Error("it cannot be removed"));
  await expect(lock.release()).rejects.toThrow("cannot be removed");
  expect(await fs.readdir(folder)).toEqual(["a.part.lock"]);
  await (await takeLock(file, "a.gz")).release();
  expect(await fs.readdir(folder)).toEqual([]);
});

it("is taken only once while its release is under way", async ({ file }) => {
  const lock = await takeLock(file, "a.gz");
  let removals = 0;
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const remove = fs.rm;
  vi.spyOn(fs, "rm").mockImplementation(async (path, options) => {
    removals += path === file ? 1 : 0;
    if (removals === 1) await finished;
    await remove(path, options);
  });
  const release = lock.release();
  await waitUntil(() => removals === 1);
  const read = vi.spyOn(fs, "readFile");
  const next = takeLock(file, "a.gz");
  await waitUntil(() => read.mock.settledResults.some(({ type }) => type === "fulfilled"));
  // Enough for the next to take it, if it does not wait for the release.
  for (let count = 0; count < 1_000; count += 1) await turn();
  finish();
  await release;
  const taken = await next;
  await expect(takeLock(file, "a.gz")).rejects.toThrow("another cfs");
  await taken.release();
});

it("is taken if its release ended while it was read", async ({ file }) => {
  const lock = await takeLock(file, "a.gz");
  const read = fs.readFile;
  vi.spyOn(fs, "readFile").mockImplementationOnce(async (...of) => {
    const text = await read(...of);
    await lock.release();
    return text;
  });
  const next = await takeLock(file, "a.gz");
  await expect(takeLock(file, "a.gz")).rejects.toThrow("another cfs");
  await next.release();
});

it("that could not be closed is removed", async ({ folder, file }) => {
  vi.spyOn(fileSystem, "closeSync").mockImplementationOnce((fd) => {
    vi.mocked(fileSystem.closeSync).mockRestore();
    fileSystem.closeSync(fd);
    throw new Error("it cannot be closed");
  });
  await expect(takeLock(file, "a.gz")).rejects.toThrow("cannot be closed");
  expect(await fs.readdir(folder)).toEqual([]);
});

it("removes the file by which it read the time, even if the first removal failed", async ({
  folder,
  file,
}) => {
  await fs.writeFile(file, "");
  await fs.utimes(file, 1, 1);
  vi.spyOn(fileSystem, "rmSync").mockImplementationOnce(() => {
    throw new Error("it cannot be removed");
  });
  await expect(takeLock(file, "a.gz")).rejects.toThrow("cannot be removed");
  await (await takeLock(file, "a.gz")).release();
  expect(await fs.readdir(folder)).toEqual([]);
});
