import { createHash } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { describe, expect } from "vitest";
import { tryLock } from "../../../source/files/lock.ts";
import { partPathsOf } from "../../../source/transfer/part-file/part-file.ts";
import { createWorkerPool, type WorkerPool } from "../../../source/transfer/verify/worker-pool.ts";
import { test as base } from "../../support/test.ts";

const megabyte = 1024 * 1024;

/**
 * A thread that replies to "finish" with what it was told before and its own number, and to "save" with the
 * number of files that came in one message.
 */
const honest = `
  if (kind === "finish") found({ sha256: JSON.stringify(told), md5: String(threadId) });
  if (kind === "close") parentPort.postMessage({ kind: "closed", id });
  if (kind === "save") saved(files);`;

const failing = `
  const failed = { kind: "failed", id, message: "it cannot be read", code: "EIO" };
  if (kind === "finish") parentPort.postMessage(failed);
  if (kind === "close") parentPort.postMessage({ kind: "closed", id });`;

const ending = `if (kind === "finish" || kind === "save") process.exit(0);`;

function threadThat(acts: string): URL {
  const program = `
    import { parentPort, threadId } from "node:worker_threads";
    const told = [];
    parentPort.on("message", ({ id, kind, files, ...more }) => {
      const found = (findings) => parentPort.postMessage({ kind: "found", id, findings });
      const saved = (files) => parentPort.postMessage({
        kind: "ended",
        outcomes: files.map(({ id }) => ({
          id,
          outcome: { kind: "failed", message: String(files.length) },
        })),
      });
      told.push({ kind, ...more });
      ${acts}
    });`;
  return new URL(`data:text/javascript,${encodeURIComponent(program)}`);
}

const test = base
  .extend("poolOf", ({}, { onCleanup }) => {
    const pools: WorkerPool[] = [];
    onCleanup(async () => {
      await Promise.all(pools.map((pool) => pool.close()));
    });
    return (acts: string, limit?: number) => {
      const pool = createWorkerPool(threadThat(acts), limit);
      pools.push(pool);
      return pool;
    };
  })
  /** A file with five bytes. */
  .extend("file", async ({ folder }) => {
    const file = path.join(folder, "a.part");
    await fs.writeFile(file, "bytes");
    return file;
  });

const sha256 = createHash("sha256").update("bytes").digest("hex");

describe("a thread", () => {
  test("gets the file, its growth now and then, and its end", async ({ poolOf }) => {
    const verifier = poolOf(honest, 1).verify("/d/a.part", ["sha256", "gzip"]);
    verifier.advance(4 * megabyte - 1);
    verifier.advance(4 * megabyte);
    verifier.advance(8 * megabyte - 1);
    verifier.advance(8 * megabyte);
    const { sha256: told = "" } = await verifier.finish(9 * megabyte);
    expect(JSON.parse(told)).toEqual([
      { kind: "verify", path: "/d/a.part", checks: ["sha256", "gzip"] },
      { kind: "advance", end: 4 * megabyte },
      { kind: "advance", end: 8 * megabyte },
      { kind: "finish", bytes: 9 * megabyte },
    ]);
    await verifier.close();
    await verifier.close();
  });

  test("has the hashes and another the formats", async ({ poolOf }) => {
    const acts = `
      const { checks } = told[0];
      if (kind === "finish") found(Object.fromEntries(checks.map((name) => [name, checks.join()])));`;
    const verifier = poolOf(acts, 2).verify("/d/a.part", ["sha256", "gzip", "md5", "zip"]);
    expect(await verifier.finish(1)).toEqual({
      sha256: "sha256,md5",
      md5: "sha256,md5",
      gzip: "gzip,zip",
      zip: "gzip,zip",
    });
  });

  test("is not needed for no checks", async ({ poolOf }) => {
    const verifier = poolOf("process.exit(0)", 2).verify("/d/a.part", []);
    verifier.advance(1);
    expect(await verifier.finish(1)).toEqual({});
    await verifier.close();
  });

  test("takes the next file if it is idle", async ({ poolOf }) => {
    const pool = poolOf(honest, 2);
    const numbers: (string | undefined)[] = [];
    for (const name of ["a", "b", "c"]) {
      const verifier = pool.verify(`/d/${name}.part`, ["md5"]);
      numbers.push((await verifier.finish(1)).md5);
      await verifier.close();
    }
    expect(new Set(numbers).size).toBe(1);
  });

  test("is joined by others up to a limit, and then gets the next file if it has the fewest", async ({
    poolOf,
  }) => {
    const pool = poolOf(honest, 2);
    const [first, second, third] = ["a", "b", "c"].map((name) =>
      pool.verify(`/d/${name}.part`, ["md5"]),
    );
    if (!first || !second || !third) throw new Error("nothing is verified");
    const numberOf = async (verifier: typeof first) => (await verifier.finish(1)).md5;
    const numbers = [await numberOf(first), await numberOf(second), await numberOf(third)];
    expect(numbers[1]).not.toBe(numbers[0]);
    expect(numbers[2]).toBe(numbers[0]);
    const fourth = pool.verify("/d/d.part", ["md5"]);
    expect(await numberOf(fourth)).toBe(numbers[1]);
  });

  test("reports why it failed", async ({ poolOf }) => {
    const verifier = poolOf(failing, 1).verify("/d/a.part", ["sha256"]);
    await expect(verifier.finish(1)).rejects.toMatchObject({
      message: "it cannot be read",
      code: "EIO",
    });
    await verifier.close();
  });

  test("that fails without a code reports none", async ({ poolOf }) => {
    const acts = `if (kind === "finish") parentPort.postMessage({ kind: "failed", id, message: "no" });`;
    const failure = poolOf(acts, 1).verify("/d/a.part", ["sha256"]).finish(1);
    await expect(failure).rejects.toThrow("no");
    await expect(failure).rejects.not.toHaveProperty("code");
  });

  test("that ends is replaced by this one", async ({ file, poolOf }) => {
    const pool = poolOf(ending, 1);
    const verifier = pool.verify(file, ["sha256"]);
    expect(await verifier.finish(5)).toEqual({ sha256 });
    await verifier.close();
    const later = pool.verify(file, ["sha256"]);
    expect(await later.finish(5)).toEqual({ sha256 });
    await later.close();
  });

  test("that ends leaves nothing to close", async ({ file, poolOf }) => {
    const pool = poolOf(ending, 1);
    const [first, second] = [pool.verify(file, ["sha256"]), pool.verify(file, ["sha256"])];
    await first.finish(5);
    await second.close();
    await first.close();
  });

  test("ends with the pool", async ({ file, poolOf }) => {
    const pool = poolOf("", 1);
    const finishing = pool.verify(file, ["sha256"]).finish(5);
    await pool.close();
    expect(await finishing).toEqual({ sha256 });
  });
});

describe("small files", () => {
  const orderOf = (name: string, folder = "/d") => ({
    name,
    path: path.join(folder, name),
    replaces: false,
    checks: [],
  });
  /** More than this thread saves itself. */
  const bytes = Buffer.alloc(256 * 1024 + 1);

  test("need no thread if it is one, and a thread from the second on", async ({
    folder,
    poolOf,
  }) => {
    const pool = poolOf(`if (kind === "save") saved(files);`, 1);
    const rows = Buffer.from("rows");
    expect(await pool.save(orderOf("a", folder), rows)).toMatchObject({ kind: "saved" });
    expect(await fs.readFile(path.join(folder, "a"))).toEqual(rows);
    expect(await pool.save(orderOf("b", folder), rows)).toMatchObject({ message: "1" });
    expect(await fs.readdir(folder)).toEqual(["a"]);
  });

  test("that are there together are saved with one message, and the others with the next", async ({
    poolOf,
  }) => {
    const pool = poolOf(honest, 1);
    const first = ["a", "b"].map((name) => pool.save(orderOf(name), bytes));
    await new Promise(setImmediate);
    const second = ["c", "d", "e"].map((name) => pool.save(orderOf(name), bytes));
    const outcomes = await Promise.all([...first, ...second]);
    const counts = outcomes.map((outcome) => outcome.kind === "failed" && outcome.message);
    expect(counts).toEqual(["2", "2", "3", "3", "3"]);
    expect(await pool.save(orderOf("f"), bytes)).toMatchObject({ message: "1" });
  });

  test("are saved although the thread names one that nobody waits for", async ({ poolOf }) => {
    const pool = poolOf(`if (kind === "save") saved([{ id: 99 }, ...files]);`, 1);
    expect(await pool.save(orderOf("a"), bytes)).toMatchObject({ message: "2" });
  });

  test("are saved by this thread if theirs ends, those that wait too", async ({
    folder,
    poolOf,
  }) => {
    const pool = poolOf(ending, 1);
    const first = pool.save(orderOf("a", folder), bytes);
    await new Promise(setImmediate);
    const waiting = pool.save(orderOf("b", folder), bytes);
    expect(await Promise.all([first, waiting])).toMatchObject([
      { kind: "saved" },
      { kind: "saved" },
    ]);
    expect(await pool.save(orderOf("c", folder), bytes)).toMatchObject({ kind: "saved" });
    expect((await fs.readdir(folder)).sort()).toEqual(["a", "b", "c"]);
  });

  test("are saved by this thread if theirs ends while it saves them", async ({
    folder,
    poolOf,
  }) => {
    const { lock, part } = partPathsOf(path.join(folder, "a"));
    expect(tryLock(lock, undefined)).toBe(true);
    await fs.writeFile(part, "rows of");
    expect(await poolOf(ending, 1).save(orderOf("a", folder), bytes)).toMatchObject({
      kind: "saved",
    });
    expect(await fs.readdir(folder)).toEqual(["a"]);
  });

  test("are left to another process that has their lock", async ({ folder, poolOf }) => {
    const { lock } = partPathsOf(path.join(folder, "a"));
    tryLock(lock, undefined);
    const holder = JSON.parse(await fs.readFile(lock, "utf8"));
    await fs.writeFile(lock, JSON.stringify({ ...holder, pid: process.ppid }));
    expect(await poolOf(ending, 1).save(orderOf("a", folder), bytes)).toEqual({ kind: "taken" });
    expect(await fs.readdir(folder)).toEqual(["a.part.lock"]);
  });
});
