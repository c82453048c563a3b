import { randomBytes } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { PassThrough } from "node:stream";
import { gzipSync } from "node:zlib";
import { describe, expect, vi } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import type { TransferFile } from "../../source/transfer/engine.ts";
import { test as it, md5 } from "./engine-fixture.ts";

describe("wrong bytes", () => {
  it.for([1_000, 1_000_000])(
    "of gzip without a telling name are found, of %s",
    async (bytes, { directory, createEngine, offer, fetchOne }) => {
      const body = gzipSync(randomBytes(bytes));
      body.writeUInt8(body.readUInt8(bytes / 2) ^ 1, bytes / 2);
      const transfer = await fetchOne(createEngine(), offer("packed", body, { name: "packed" }));
      expect(transfer.error?.exitCode).toBe(6);
      expect(await fs.readdir(directory)).toEqual([]);
    },
  );

  it.for<[string, Partial<TransferFile>]>([
    ["the listed md5", { md5: "0".repeat(32) }],
    ["the listed size", { bytes: 999 }],
  ])(
    "are found by %s, fetched again, and removed",
    async ([_, facts], { server, directory, createEngine, offer, fetchOne }) => {
      const transfer = await fetchOne(createEngine(), offer("bad", randomBytes(1_000), facts));
      expect(transfer).toMatchObject({ state: "failed", bytesDone: 0 });
      expect(transfer.error).toBeInstanceOf(AppError);
      expect(transfer.error?.exitCode).toBe(6);
      expect(transfer.error?.message).toContain("Verifying bad.bin: it");
      expect(await fs.readdir(directory)).toEqual([]);
      expect(server.asked.length).toBe(2);
    },
  );

  it.for([0, 1_000, 300_000])(
    "beyond the %s listed are found if the store sends no length",
    async (bytes, { server, directory, createEngine, offer, fetchOne }) => {
      server.tellsNoLength = true;
      const transfer = await fetchOne(
        createEngine(),
        offer("long", randomBytes(600_000), { bytes }),
      );
      expect(transfer.error?.exitCode).toBe(6);
      expect(transfer.error?.message).toContain(`more than the ${bytes} bytes that the service`);
      expect(await fs.readdir(directory)).toEqual([]);
    },
  );

  it.for([
    { size: 1_000, ignoresRange: false },
    { size: 600_000, ignoresRange: false },
    { size: 600_000, ignoresRange: true },
  ])(
    "that are too few are found if the store sends no length: %j",
    async (more, { server, directory, createEngine, offer, fetchOne }) => {
      const { size, ignoresRange } = more;
      Object.assign(server, { tellsNoLength: true, ignoresRange });
      const offered = offer("short", randomBytes(size), { bytes: size + 1 });
      const transfer = await fetchOne(createEngine(), offered);
      expect(transfer.error?.exitCode).toBe(6);
      expect(transfer.error?.message).toContain(
        `it has ${size} bytes, the service lists ${size + 1}`,
      );
      expect(await fs.readdir(directory)).toEqual([]);
      expect(server.asked.length).toBe(2);
    },
  );

  it.for(["bad.jsonl.gz", "bad.zip"])(
    "are found in %s without an md5",
    async (name, { directory, createEngine, offer, fetchOne }) => {
      const body = gzipSync(randomBytes(10_000));
      body[5_000] = (body[5_000] ?? 0) ^ 1;
      const transfer = await fetchOne(createEngine(), offer("bad", body, { name }));
      expect(transfer.error?.exitCode).toBe(6);
      expect(await fs.readdir(directory)).toEqual([]);
    },
  );
});

describe("failures", () => {
  it("of the network and the store are retried", async ({
    server,
    createEngine,
    offer,
    fetchOne,
  }) => {
    const body = randomBytes(500_000);
    server.fault = (_, count) =>
      [
        undefined,
        { kind: "cut", afterBytes: 1_000 } as const,
        { kind: "refuse", status: 503, code: "SlowDown" } as const,
        { kind: "stall", afterBytes: 1_000 } as const,
      ][count];
    const engine = createEngine({ stallTimeoutMs: 1_000 });
    expect(await fetchOne(engine, offer("hard", body, { md5: md5(body) }))).toMatchObject({
      state: "saved",
    });
  });

  it("of a body that ends before it is read are retried", async ({
    server,
    createEngine,
    offer,
    fetchOne,
  }) => {
    const { source } = server;
    const open = vi.fn(source.open).mockImplementationOnce(async (request) => {
      const body = await source.open(request);
      body.stream.on("error", () => undefined).destroy();
      const stream = new PassThrough().on("error", () => undefined).destroy(new Error("reset"));
      await new Promise((closed) => stream.on("close", closed));
      return { ...body, stream };
    });
    const engine = createEngine({ source: { ...source, open } });
    const transfer = await fetchOne(engine, offer("reset", randomBytes(500_000)));
    expect(transfer).toMatchObject({ state: "saved" });
    expect(open).toHaveBeenCalledTimes(2);
  });

  it("of a body that ends early, without an error, are followed by a request for the rest", async ({
    server,
    createEngine,
    offer,
    fetchOne,
  }) => {
    const { source } = server;
    const content = randomBytes(500_000);
    const open = vi.fn(source.open).mockImplementationOnce(async (request) => {
      const body = await source.open(request);
      body.stream.on("error", () => undefined).destroy();
      const stream = new PassThrough();
      stream.end(content.subarray(0, 1_000));
      return { ...body, stream };
    });
    const engine = createEngine({ source: { ...source, open } });
    const transfer = await fetchOne(engine, offer("short", content, { md5: md5(content) }));
    expect(transfer).toMatchObject({ state: "saved" });
    expect(open.mock.calls[1]?.[0].range).toMatchObject({ first: 1_000 });
  });

  it("of an address lead to a new one", async ({ server, createEngine, offer, fetchOne }) => {
    server.fault = (_, count) =>
      count === 1 ? { kind: "refuse", status: 400, code: "ExpiredToken" } : undefined;
    expect(await fetchOne(createEngine(), offer("old", randomBytes(100)))).toMatchObject({
      state: "saved",
    });
    expect(server.located).toHaveLength(2);
  });

  it("end with the store's message if they persist", async ({
    server,
    createEngine,
    offer,
    fetchOne,
  }) => {
    server.fault = () => ({ kind: "refuse", status: 403, code: "AccessDenied" });
    const { error } = await fetchOne(createEngine(), offer("no", randomBytes(100)));
    expect(error?.message).toContain('403, "said AccessDenied" (request R1)');
    expect(error?.exitCode).toBe(5);
  });

  it("of an object that does not exist yet are waited for", async ({
    server,
    createEngine,
    offer,
    fetchOne,
  }) => {
    const file = offer("late", randomBytes(100));
    server.fault = (_, count) => (count < 3 ? { kind: "refuse", status: 404 } : undefined);
    expect(await fetchOne(createEngine(), file)).toMatchObject({ state: "saved" });
  });

  it("of the disk are reported as such", async ({ directory, createEngine, offer }) => {
    await fs.writeFile(path.join(directory, "file"), "");
    const engine = createEngine();
    engine.add([
      { file: offer("disk", randomBytes(10)), directory: path.join(directory, "file", "x") },
    ]);
    await engine.idle();
    expect(engine.snapshot().transfers[0]?.error?.exitCode).toBe(7);
  });

  it.for<[number, boolean]>([
    [2_000_000, true],
    [0, false],
  ])(
    "say that the partial file is kept if there is one: %i bytes",
    async ([arrives, isKept], { server, directory, createEngine, offer, fetchOne }) => {
      const { source } = server;
      const full = new AppError({
        kind: "disk",
        tried: "Saving kept.bin",
        answered: "the disk is full",
        advice: "Free some space.",
        reason: "no-space",
        errno: "ENOSPC",
      });
      const open = vi.fn(source.open).mockRejectedValue(full);
      if (isKept) open.mockImplementationOnce(source.open);
      server.fault = () => ({ kind: "cut", afterBytes: arrives });
      const engine = createEngine({ connections: 1, source: { ...source, open } });
      const { error } = await fetchOne(engine, offer("kept", randomBytes(4_000_000)));
      expect(error?.message).toBe(`${full.message}${isKept ? " What has arrived is kept." : ""}`);
      expect((await fs.readdir(directory)).includes("kept.bin.part")).toBe(isKept);
    },
  );

  it("can be retried by hand", async ({ server, createEngine, offer, fetchOne }) => {
    const engine = createEngine();
    const file = offer("again", randomBytes(1_000));
    server.fault = () => ({ kind: "refuse", status: 410 });
    const { id } = await fetchOne(engine, file);
    server.fault = () => undefined;
    engine.retry(id);
    await engine.idle();
    expect(engine.snapshot().transfers).toMatchObject([{ state: "saved", id }]);
    expect(engine.snapshot().transfers[0]).not.toHaveProperty("error");
  });
});
