import { createHash, randomBytes } from "node:crypto";
import fileSystem from "node:fs";
import fs from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, vi } from "vitest";
import { takeLock } from "../../../source/files/lock.ts";
import { partPathsOf } from "../../../source/transfer/part-file/part-file.ts";
import { createTailVerifier } from "../../../source/transfer/verify/verification.ts";
import { createWorkerPool } from "../../../source/transfer/verify/worker-pool.ts";
import { zipOf } from "../../support/fixtures/zip-of.ts";
import { test as base } from "../../support/test.ts";
import { buildPrograms } from "../built.ts";

const body = randomBytes(5_000_000);

type Where = "thread" | "here";

const it = base
  .extend("programs", { scope: "file" }, async ({}, { onCleanup }) => {
    const programs = await buildPrograms({ worker: "source/transfer/verify/worker.ts" });
    onCleanup(() => programs.remove());
    return programs;
  })
  .extend("createPool", ({ programs }) => {
    return (where: Where) =>
      createWorkerPool(where === "thread" ? programs.url("worker") : undefined);
  })
  .extend("file", ({ folder }) => path.join(folder, "a.part"))
  /** The result for a file with this content. */
  .extend("ask", ({ createPool, file }) => {
    return async (where: Where, content: Buffer, question: "gzip" | "zip") => {
      await fs.writeFile(file, content);
      const pool = createPool(where);
      const verifier = pool.verify(file, [question]);
      const findings = await verifier.finish(content.length);
      await verifier.close();
      await pool.close();
      return findings;
    };
  });

describe.each(["thread", "here"] as const)("following a file, in a %s", (where) => {
  it("hashes a file while it is written", async ({ createPool, file }) => {
    const pool = createPool(where);
    const handle = await fs.open(file, "w");
    const verifier = pool.verify(file, ["sha256", "md5"]);
    for (let at = 0; at < body.length; at += 1_000_000) {
      await handle.write(body, at, 1_000_000, at);
      verifier.advance(at + 1_000_000);
    }
    expect(await verifier.finish(body.length)).toEqual({
      sha256: createHash("sha256").update(body).digest("hex"),
      md5: createHash("md5").update(body).digest("hex"),
    });
    await verifier.close();
    await handle.close();
    await pool.close();
  });

  it("recognises right, damaged, truncated and empty gzip", async ({ ask }) => {
    const packed = gzipSync(body.subarray(0, 100_000));
    expect(await ask(where, packed, "gzip")).toEqual({});
    expect(await ask(where, Buffer.concat([packed, packed]), "gzip")).toEqual({});
    const damaged = Buffer.from(packed);
    damaged[50_000] = (damaged[50_000] ?? 0) ^ 1;
    expect(await ask(where, damaged, "gzip")).toHaveProperty("gzip");
    expect(await ask(where, packed.subarray(0, 90_000), "gzip")).toHaveProperty("gzip");
    expect(await ask(where, Buffer.alloc(0), "gzip")).toHaveProperty("gzip");
  });

  it("recognises right zip, damage within an entry, and truncated zip", async ({ ask }) => {
    const zip = zipOf([{ name: "a.csv", text: "a,b\n1,2\n".repeat(10_000) }]);
    expect(await ask(where, zip, "zip")).toEqual({});
    const damaged = Buffer.from(zip);
    damaged[100] = (damaged[100] ?? 0) ^ 1;
    expect(await ask(where, damaged, "zip")).toHaveProperty("zip");
    expect(await ask(where, zip.subarray(0, -10), "zip")).toHaveProperty("zip");
  });

  it("ends at once when cancelled", async ({ createPool, file }) => {
    // A hole that takes hours to read.
    const bytes = 2 ** 42;
    await fs.writeFile(file, "");
    await fs.truncate(file, bytes);
    const pool = createPool(where);
    const verifier = pool.verify(file, ["sha256"]);
    const finishing = expect(verifier.finish(bytes)).rejects.toThrow();
    await verifier.close();
    await finishing;
    await pool.close();
  });
});

it("stops reading a zip when cancelled", async ({ file }) => {
  const entries = Array.from({ length: 20 }, (_, index) => ({ name: `${index}`, text: "rows" }));
  const zip = zipOf(entries);
  await fs.writeFile(file, zip);
  const verifier = createTailVerifier(file, ["zip"]);
  const read = fileSystem.createReadStream;
  let closing: Promise<void> | undefined;
  onTestFinished(() => void vi.restoreAllMocks());
  const reads = vi.spyOn(fileSystem, "createReadStream").mockImplementation((...words) => {
    closing ??= verifier.close();
    return read(...words);
  });
  await expect(verifier.finish(zip.length)).rejects.toMatchObject({ name: "AbortError" });
  await closing;
  expect(reads).toHaveBeenCalledTimes(1);
});

it("saves no small file while another process fetches it", async ({ folder }) => {
  const to = path.join(folder, "small.csv");
  const { lock } = partPathsOf(to);
  const held = await takeLock(lock, "small.csv");
  const pool = createWorkerPool(undefined);
  const order = { name: "small.csv", path: to, replaces: false, checks: [] };
  expect(await pool.save(order, Buffer.from("rows"))).toEqual({ kind: "taken" });
  expect((await fs.readdir(folder)).filter((name) => name.startsWith("small"))).toEqual([
    path.basename(lock),
  ]);
  await held.release();
  expect(await pool.save(order, Buffer.from("rows"))).toMatchObject({ kind: "saved" });
  await pool.close();
});

describe.each([
  ["does not start", "file:///nowhere/worker.mjs"],
  ["cannot even be made", "http://127.0.0.1/worker.mjs"],
])("where a thread %s, this one", (_, url) => {
  it("follows", async ({ file }) => {
    await fs.writeFile(file, body);
    const pool = createWorkerPool(new URL(url));
    const verifier = pool.verify(file, ["sha256"]);
    expect(await verifier.finish(body.length)).toEqual({
      sha256: createHash("sha256").update(body).digest("hex"),
    });
    await verifier.close();
    await pool.close();
  });

  it("saves small files", async ({ folder }) => {
    const pool = createWorkerPool(new URL(url));
    const paths = Array.from({ length: 40 }, (_, index) => path.join(folder, `${index}.csv`));
    const outcomes = await Promise.all(
      paths.map((to) =>
        pool.save(
          { name: path.basename(to), path: to, replaces: false, checks: [] },
          Buffer.from(to),
        ),
      ),
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual(paths.map(() => "saved"));
    for (const to of paths) expect(await fs.readFile(to, "utf8")).toBe(to);
    await pool.close();
  });
});
