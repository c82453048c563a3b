import { randomBytes } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../source/base/clock.ts";
import type { ObjectSource } from "../../source/objects/source.ts";
import type { TransferEngine } from "../../source/transfer/engine.ts";
import type { Asked, Fault } from "../support/fakes/object-server.ts";
import { waitUntil } from "../support/wait-until.ts";
import { createEngineFixture, type EngineFixture, md5 } from "./engine-fixture.ts";

let setting: EngineFixture;

beforeEach(async () => {
  setting = await createEngineFixture();
});

afterEach(() => setting.close());

const megabyte = 1024 * 1024;

async function expectWhole(name: string, body: Buffer): Promise<void> {
  expect((await setting.content(name)).equals(body)).toBe(true);
  expect(await fs.readdir(setting.directory)).toEqual([name]);
}

describe("a later run", () => {
  it("goes on where an earlier one stopped", async () => {
    const { server, createEngine, offer, fetchSome, fetchOne } = setting;
    const body = randomBytes(8 * megabyte);
    const file = offer("long", body, { md5: md5(body) });
    server.limit = 10 * megabyte;
    const first = await fetchSome(createEngine(), file, 4 * megabyte);
    server.limit = undefined;
    const second = await fetchOne(createEngine(), file);
    expect(second).toMatchObject({ state: "saved", bytesDone: body.length });
    const again = first.bytesFetched + second.bytesFetched - body.length;
    expect(again).toBeLessThan(first.bytesFetched * 0.1);
    await expectWhole("long.bin", body);
  });

  it.each([true, false])(
    "mixes nothing when the object changed, md5 listed: %s",
    async (listed) => {
      const { server, createEngine, offer, fetchSome, fetchOne } = setting;
      const [before, after] = [randomBytes(4 * megabyte), randomBytes(4 * megabyte)];
      server.limit = 10 * megabyte;
      await fetchSome(createEngine(), offer("changed", before), 2 * megabyte);
      server.limit = undefined;
      const file = offer("changed", after, listed ? { md5: md5(after) } : {});
      expect(await fetchOne(createEngine(), file)).toMatchObject({ state: "saved" });
      await expectWhole("changed.bin", after);
    },
  );

  it("mixes nothing where neither a tag nor an md5 tells that the object changed", async () => {
    const { server, createEngine, offer, fetchSome, fetchOne } = setting;
    const [before, after] = [randomBytes(4 * megabyte), randomBytes(4 * megabyte)];
    const source: ObjectSource = {
      ...server.source,
      open: async (request) => ({ ...(await server.source.open(request)), etag: undefined }),
    };
    server.limit = 10 * megabyte;
    await fetchSome(createEngine({ source }), offer("changed", before), 2 * megabyte);
    server.limit = undefined;
    const file = offer("changed", after);
    expect(await fetchOne(createEngine({ source }), file)).toMatchObject({ state: "saved" });
    await expectWhole("changed.bin", after);
  });

  it("takes another md5 for another object, even if no tag tells it", async () => {
    const { server, createEngine, offer, fetchSome, fetchOne } = setting;
    const [before, after] = [randomBytes(4 * megabyte), randomBytes(4 * megabyte)];
    const source: ObjectSource = {
      ...server.source,
      open: async (request) => ({ ...(await server.source.open(request)), etag: undefined }),
    };
    server.limit = 10 * megabyte;
    const older = offer("changed", before, { md5: md5(before) });
    await fetchSome(createEngine({ source }), older, 2 * megabyte);
    server.limit = undefined;
    const file = offer("changed", after, { md5: md5(after) });
    expect(await fetchOne(createEngine({ source }), file)).toMatchObject({
      state: "saved",
      bytesFetched: after.length,
    });
  });

  it("takes another size for another object", async () => {
    const { server, createEngine, offer, fetchSome, fetchOne } = setting;
    server.limit = 10 * megabyte;
    await fetchSome(createEngine(), offer("grown", randomBytes(4 * megabyte)), 2 * megabyte);
    server.limit = undefined;
    const after = randomBytes(5 * megabyte);
    expect(await fetchOne(createEngine(), offer("grown", after))).toMatchObject({ state: "saved" });
    await expectWhole("grown.bin", after);
  });

  it("leaves the partial file of another file of that name alone", async () => {
    const { server, directory, createEngine, offer, fetchSome, fetchOne } = setting;
    server.limit = 10 * megabyte;
    const waiting = offer("one", randomBytes(4 * megabyte), { name: "same.bin" });
    await fetchSome(createEngine(), waiting, 2 * megabyte);
    server.limit = undefined;
    await fetchOne(createEngine(), offer("two", randomBytes(1_000), { name: "same.bin" }));
    expect((await fs.readdir(directory)).sort()).toEqual([
      "same (2).bin",
      "same.bin.part",
      "same.bin.part.journal",
    ]);
  });

  it("verifies what an earlier one had fetched already", async () => {
    const { server, directory, createEngine, offer, fetchSome, fetchOne } = setting;
    const body = randomBytes(4 * megabyte);
    const file = offer("spoilt", body, { md5: md5(body) });
    server.limit = 10 * megabyte;
    await fetchSome(createEngine(), file, 2 * megabyte);
    server.limit = undefined;
    const part = await fs.open(path.join(directory, "spoilt.bin.part"), "r+");
    await part.write(Buffer.from("spoilt"), 0, 6, 1_000);
    await part.close();
    expect(await fetchOne(createEngine(), file)).toMatchObject({ state: "saved" });
    await expectWhole("spoilt.bin", body);
  });

  it("begins anew where the journal is worth nothing", async () => {
    const { server, directory, createEngine, offer, fetchSome, fetchOne } = setting;
    const body = randomBytes(4 * megabyte);
    const file = offer("torn", body);
    server.limit = 10 * megabyte;
    await fetchSome(createEngine(), file, 2 * megabyte);
    server.limit = undefined;
    await fs.writeFile(path.join(directory, "torn.bin.part.journal"), "?");
    expect(await fetchOne(createEngine(), file)).toMatchObject({
      state: "saved",
      bytesFetched: body.length,
    });
    await expectWhole("torn.bin", body);
  });
});

function untilDone(engine: TransferEngine, bytes: number): Promise<void> {
  return waitUntil(() => (engine.snapshot().transfers[0]?.bytesDone ?? 0) > bytes);
}

describe("a file in several connections", () => {
  async function fetchUnder(
    fault: (asked: Asked, count: number) => Fault | undefined,
    options: { ignoresRange?: boolean; midway?: () => void; stallTimeoutMs?: number } = {},
  ) {
    const { server, createEngine, offer, directory } = setting;
    const body = randomBytes(12 * megabyte);
    const file = offer("hard", body, { md5: md5(body) });
    server.limit = 4 * megabyte;
    server.fault = fault;
    server.ignoresRange = options.ignoresRange ?? false;
    const { stallTimeoutMs = 30_000 } = options;
    const engine = createEngine({ connections: 8, stallTimeoutMs });
    engine.add([{ file, directory }]);
    if (options.midway !== undefined) {
      await untilDone(engine, megabyte);
      options.midway();
    }
    await engine.idle();
    const [transfer] = engine.snapshot().transfers;
    expect(transfer?.error?.message).toBeUndefined();
    await expectWhole("hard.bin", body);
    return { transfer, asked: server.asked };
  }

  it("uses more of them while that makes it faster, each for a part of its own", async () => {
    const { asked } = await fetchUnder(() => undefined);
    expect(asked.length).toBeGreaterThan(1);
    const etags = asked.slice(1).map(({ headers }) => headers["if-match"]);
    expect(etags.every((etag) => etag !== undefined)).toBe(true);
  });

  it("asks a far store at once for a few parts, not for crumbs", async () => {
    const { server, createEngine, offer, directory } = setting;
    const body = randomBytes(40 * megabyte);
    const file = offer("far", body, { md5: md5(body) });
    const source: ObjectSource = {
      ...server.source,
      async open(request) {
        await wait(200);
        return server.source.open(request);
      },
    };
    const engine = createEngine({ source });
    engine.add([{ file, directory }]);
    await engine.idle();
    await expectWhole("far.bin", body);
    expect(server.asked.length).toBeGreaterThanOrEqual(4);
    expect(server.asked.length).toBeLessThanOrEqual(12);
  });

  it("survives a reset after each 700 kB", async () => {
    await fetchUnder(() => ({ kind: "cut", afterBytes: 700_000 }));
  });

  it("survives that a quarter of the answers stall", async () => {
    await fetchUnder(
      (_, count) => (count % 4 === 1 ? { kind: "stall", afterBytes: 300_000 } : undefined),
      { stallTimeoutMs: 1_000 },
    );
  });

  it("survives refusals of the busy store", async () => {
    await fetchUnder((_, count) =>
      count <= 4 ? { kind: "refuse", status: 503, code: "SlowDown" } : undefined,
    );
  });

  it("survives resets where the tags are weak ones", async () => {
    setting.server.hasWeakTags = true;
    const { asked } = await fetchUnder((_, count) =>
      count < 4 ? { kind: "cut", afterBytes: 500_000 } : undefined,
    );
    expect(asked.some(({ headers }) => "if-match" in headers)).toBe(false);
  });

  it("mixes nothing when an object with a weak tag changes midway", async () => {
    setting.server.hasWeakTags = true;
    await expectNothingMixed();
  });

  it("asks for a fresh address when the one it has dies", async () => {
    await fetchUnder((_, count) => (count < 4 ? { kind: "cut", afterBytes: 500_000 } : undefined), {
      midway: () => setting.server.expire(),
    });
    expect(setting.server.located.length).toBeGreaterThan(1);
  });

  it("goes on in one stream where the server ignores ranges", async () => {
    const { asked } = await fetchUnder(
      (_, count) => (count === 1 ? { kind: "cut", afterBytes: 3_000_000 } : undefined),
      { ignoresRange: true },
    );
    expect(asked.length).toBeLessThan(6);
  });

  it("gives up where ranges are ignored and nothing new comes", async () => {
    const { server, createEngine, offer, fetchOne } = setting;
    server.ignoresRange = true;
    server.fault = () => ({ kind: "cut", afterBytes: 400_000 });
    const file = offer("short", randomBytes(megabyte));
    const engine = createEngine({ clock: { ...systemClock, random: () => -1 } });
    const failing = fetchOne(engine, file);
    await waitUntil(() => engine.snapshot().transfers[0]?.error || server.asked.length > 30);
    await engine.stop();
    expect((await failing).error?.message).toMatch(/Fetching short\.bin: .*Check the network/);
    expect(server.asked.length).toBeLessThan(12);
  });

  it("mixes nothing when the object changes midway", () => expectNothingMixed());

  async function expectNothingMixed() {
    const { server, createEngine, offer, directory } = setting;
    const [before, after] = [randomBytes(6 * megabyte), randomBytes(6 * megabyte)];
    const file = offer("midway", before);
    server.limit = 4 * megabyte;
    server.fault = (_, count) => (count === 1 ? { kind: "cut", afterBytes: 2_000_000 } : undefined);
    const engine = createEngine();
    engine.add([{ file, directory }]);
    await untilDone(engine, megabyte);
    server.put("midway", after);
    await engine.idle();
    expect(engine.snapshot().transfers[0]?.error?.message).toBeUndefined();
    await expectWhole("midway.bin", after);
  }
});

describe("one destination", () => {
  it("is for one engine at a time, and the second says who has it", async () => {
    const { server, createEngine, offer, fetchOne, directory } = setting;
    server.limit = 1_000_000;
    const file = offer("wanted", randomBytes(400_000));
    const first = createEngine();
    first.add([{ file, directory }]);
    await waitUntil(() => (first.snapshot().transfers[0]?.bytesFetched ?? 0) > 0);
    const { error } = await fetchOne(createEngine(), file);
    expect(error?.message).toContain(`another cfs (process ${process.pid})`);
    expect(error?.exitCode).toBe(7);
    await first.idle();
    expect(first.snapshot().transfers[0]?.state).toBe("saved");
  });

  it("that vanishes midway ends the file with a word about the folder", async () => {
    const { server, createEngine, offer, directory } = setting;
    server.limit = 200_000;
    const engine = createEngine();
    engine.add([
      { file: offer("lost", randomBytes(60_000)), directory: path.join(directory, "deep") },
    ]);
    await waitUntil(() => (engine.snapshot().transfers[0]?.bytesFetched ?? 0) > 0);
    await fs.rm(path.join(directory, "deep"), { recursive: true });
    await engine.idle();
    const [transfer] = engine.snapshot().transfers;
    expect(transfer?.error?.exitCode).toBe(7);
    expect(transfer?.error?.message).toContain("the folder does not exist");
  });
});
