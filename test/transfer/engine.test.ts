import { randomBytes } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { PassThrough } from "node:stream";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import type { ObjectServer } from "../support/fakes/object-server.ts";
import { createEngineFixture, type EngineFixture, md5, sha256 } from "./engine-fixture.ts";

let setting: EngineFixture;
let server: ObjectServer;
let directory: string;
let createEngine: EngineFixture["createEngine"];
let offer: EngineFixture["offer"];
let fetchAll: EngineFixture["fetchAll"];
let fetchOne: EngineFixture["fetchOne"];
let content: EngineFixture["content"];

beforeEach(async () => {
  setting = await createEngineFixture();
  ({ server, directory, createEngine, offer, fetchAll, fetchOne, content } = setting);
});

afterEach(() => setting.close());

describe("a file that arrives", () => {
  it("is saved under its name with its hash, and nothing else is left", async () => {
    const body = randomBytes(3_000_000);
    const file = offer("one", body, { md5: md5(body), name: "dir/Init-16:11:18.777Z.bin" });
    const transfer = await fetchOne(createEngine(), file);
    expect(transfer).toMatchObject({
      state: "saved",
      path: path.join(directory, "Init-16_11_18.777Z.bin"),
      bytesDone: body.length,
      bytesTotal: body.length,
      bytesFetched: body.length,
      sha256: sha256(body),
    });
    expect(await fs.readdir(directory)).toEqual(["Init-16_11_18.777Z.bin"]);
    expect((await content("Init-16_11_18.777Z.bin")).equals(body)).toBe(true);
  });

  it("needs no size and no md5 in the listing", async () => {
    const body = gzipSync(randomBytes(100_000));
    server.put("bare", body);
    const transfer = await fetchOne(createEngine(), {
      fileId: "bare",
      fileSetId: "set",
      name: "bare.csv.gz",
    });
    expect(transfer).toMatchObject({ state: "saved", bytesTotal: body.length });
  });

  it("may be empty", async () => {
    const transfer = await fetchOne(createEngine(), offer("empty", Buffer.alloc(0)));
    expect(transfer).toMatchObject({ state: "saved", bytesDone: 0 });
    expect(await content("empty.bin")).toHaveLength(0);
  });

  it.each(["none.csv.gz", "none.zip"])("%s may be empty where it is listed so", async (name) => {
    const listed = offer("none", Buffer.alloc(0), { name });
    expect(await fetchOne(createEngine(), listed)).toMatchObject({ state: "saved", bytesDone: 0 });
    expect(await fetchOne(createEngine(), listed)).toMatchObject({ state: "skipped" });
    const unlisted = await fetchOne(createEngine(), {
      fileId: "none",
      fileSetId: "set",
      name: `other-${name}`,
    });
    expect(unlisted).toMatchObject({ state: "failed", error: { kind: "integrity" } });
  });

  it("is not fetched again when it is there already", async () => {
    const body = randomBytes(10_000);
    const file = offer("twice", body, { md5: md5(body) });
    await fetchOne(createEngine(), file);
    const asked = server.asked.length;
    expect(await fetchOne(createEngine(), file)).toMatchObject({
      state: "skipped",
      bytesDone: body.length,
      bytesFetched: 0,
    });
    expect(server.asked).toHaveLength(asked);
  });

  it("replaces the one that is there when that is asked for", async () => {
    const body = randomBytes(10_000);
    await fs.writeFile(path.join(directory, "new.bin"), "old");
    const [transfer] = await fetchAll(createEngine(), [offer("new", body)], true);
    expect(transfer?.state).toBe("saved");
    expect((await content("new.bin")).equals(body)).toBe(true);
  });

  it("never carries another authorization, and its address goes out byte for byte", async () => {
    await fetchOne(createEngine(), offer("plain", randomBytes(10)));
    for (const { headers } of server.asked) {
      expect(headers).not.toHaveProperty("authorization");
      expect(headers["accept-encoding"]).toBe("identity");
    }
  });
});

describe("two files with one name", () => {
  it("both survive, and both are known at the next run", async () => {
    const bodies = [randomBytes(1_000), randomBytes(1_000)];
    const files = bodies.map((body, index) =>
      offer(`id-${index}`, body, { name: "same.csv.gz", md5: md5(body) }),
    );
    const first = await fetchAll(createEngine(), files);
    expect(first.map(({ state }) => state)).toEqual(["saved", "saved"]);
    expect((await fs.readdir(directory)).sort()).toEqual(["same (2).csv.gz", "same.csv.gz"]);
    const second = await fetchAll(createEngine(), files);
    expect(second.map(({ state }) => state)).toEqual(["skipped", "skipped"]);
  });

  it("a name is free again once its file was moved away", async () => {
    const engine = createEngine();
    const [first, second] = ["1", "2"].map((id) => offer(id, randomBytes(100), { name: "same" }));
    if (first === undefined || second === undefined) throw new Error("nothing was offered");
    await fetchAll(engine, [first]);
    await fs.rename(path.join(directory, "same"), path.join(directory, "moved"));
    await fetchAll(engine, [second]);
    expect((await fs.readdir(directory)).sort()).toEqual(["moved", "same"]);
  });

  it("one that came into the folder meanwhile is not replaced by a small one", async () => {
    const engine = createEngine();
    await fetchOne(engine, offer("first", randomBytes(10)));
    const body = randomBytes(1_000);
    await fs.writeFile(path.join(directory, "late.bin"), "the user's own");
    const transfers = await fetchAll(engine, [offer("late", body)]);
    expect(transfers.at(-1)).toMatchObject({ state: "saved" });
    expect((await content("late.bin")).toString()).toBe("the user's own");
    expect((await content("late (2).bin")).equals(body)).toBe(true);
  });

  it("one that this engine saved is not fetched again", async () => {
    const engine = createEngine();
    const body = randomBytes(1_000);
    const file = offer("again", body, { md5: md5(body) });
    await fetchOne(engine, file);
    engine.clearEnded();
    const before = server.asked.length;
    expect(await fetchOne(engine, file)).toMatchObject({ state: "skipped", bytesFetched: 0 });
    expect(server.asked.length).toBe(before);
  });

  it("survive a folder that ignores case", async () => {
    const files = ["A.bin", "a.bin"].map((name, index) =>
      offer(`id-${index}`, randomBytes(100 + index), { name }),
    );
    await fetchAll(createEngine(), files);
    const names = await fs.readdir(directory);
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(2);
    expect((await fetchAll(createEngine(), files)).map(({ state }) => state)).toEqual([
      "skipped",
      "skipped",
    ]);
  });
});

describe("wrong bytes", () => {
  it.each([1_000, 1_000_000])(
    "of gzip whose name does not tell it are found, of %s",
    async (bytes) => {
      const body = gzipSync(randomBytes(bytes));
      body.writeUInt8(body.readUInt8(bytes / 2) ^ 1, bytes / 2);
      const transfer = await fetchOne(createEngine(), offer("packed", body, { name: "packed" }));
      expect(transfer.error?.exitCode).toBe(6);
      expect(await fs.readdir(directory)).toEqual([]);
    },
  );

  it.each([
    ["the listed md5", { md5: "0".repeat(32) }],
    ["the listed size", { bytes: 999 }],
  ])("are found by %s, fetched once more, and removed", async (_, facts) => {
    const transfer = await fetchOne(createEngine(), offer("bad", randomBytes(1_000), facts));
    expect(transfer).toMatchObject({ state: "failed", bytesDone: 0 });
    expect(transfer.error).toBeInstanceOf(AppError);
    expect(transfer.error?.exitCode).toBe(6);
    expect(transfer.error?.message).toContain("Verifying bad.bin: it");
    expect(await fs.readdir(directory)).toEqual([]);
    expect(server.asked.length).toBe(2);
  });

  it.each([0, 1_000, 300_000])(
    "beyond the %s listed are found where the store tells no length",
    async (bytes) => {
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

  it.each([
    { size: 1_000, ignoresRange: false },
    { size: 600_000, ignoresRange: false },
    { size: 600_000, ignoresRange: true },
  ])("that are too few are found where the store tells no length: %j", async (more) => {
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
  });

  it.each(["bad.jsonl.gz", "bad.zip"])("are found in %s without an md5", async (name) => {
    const body = gzipSync(randomBytes(10_000));
    body[5_000] = (body[5_000] ?? 0) ^ 1;
    const transfer = await fetchOne(createEngine(), offer("bad", body, { name }));
    expect(transfer.error?.exitCode).toBe(6);
    expect(await fs.readdir(directory)).toEqual([]);
  });
});

describe("failures", () => {
  it("of the network and the store are tried again", async () => {
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

  it("of a body that is over before it is read are tried again", async () => {
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

  it("of a body that ends early, without an error, are followed by a request for the rest", async () => {
    const { source } = server;
    const open = vi.fn(source.open).mockImplementationOnce(async (request) => {
      const body = await source.open(request);
      body.stream.on("error", () => undefined).destroy();
      const stream = new PassThrough();
      stream.end(content.subarray(0, 1_000));
      return { ...body, stream };
    });
    const content = randomBytes(500_000);
    const engine = createEngine({ source: { ...source, open } });
    const transfer = await fetchOne(engine, offer("short", content, { md5: md5(content) }));
    expect(transfer).toMatchObject({ state: "saved" });
    expect(open.mock.calls[1]?.[0].range).toMatchObject({ first: 1_000 });
  });

  it("of an address lead to a fresh one", async () => {
    server.fault = (_, count) =>
      count === 1 ? { kind: "refuse", status: 400, code: "ExpiredToken" } : undefined;
    expect(await fetchOne(createEngine(), offer("old", randomBytes(100)))).toMatchObject({
      state: "saved",
    });
    expect(server.located).toHaveLength(2);
  });

  it("end with the store's words when they stay", async () => {
    server.fault = () => ({ kind: "refuse", status: 403, code: "AccessDenied" });
    const { error } = await fetchOne(createEngine(), offer("no", randomBytes(100)));
    expect(error?.message).toContain('403, "said AccessDenied" (request R1)');
    expect(error?.exitCode).toBe(5);
  });

  it("of an object that is not there yet are waited for", async () => {
    const file = offer("late", randomBytes(100));
    server.fault = (_, count) => (count < 3 ? { kind: "refuse", status: 404 } : undefined);
    expect(await fetchOne(createEngine(), file)).toMatchObject({ state: "saved" });
  });

  it("of the disk are told as such", async () => {
    await fs.writeFile(path.join(directory, "file"), "");
    const engine = createEngine();
    engine.add([
      { file: offer("disk", randomBytes(10)), directory: path.join(directory, "file", "x") },
    ]);
    await engine.idle();
    expect(engine.snapshot().transfers[0]?.error?.exitCode).toBe(7);
  });

  it.each([
    [2_000_000, true],
    [0, false],
  ])("say that what has arrived is kept where something is: %i bytes", async (arrives, isKept) => {
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
    const engine = createEngine({ source: { ...source, open } });
    const { error } = await fetchOne(engine, offer("kept", randomBytes(4_000_000)));
    expect(error?.message).toBe(`${full.message}${isKept ? " What has arrived is kept." : ""}`);
    expect((await fs.readdir(directory)).includes("kept.bin.part")).toBe(isKept);
  });

  it("can be tried again by hand", async () => {
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
