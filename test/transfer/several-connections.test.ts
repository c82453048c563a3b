import { randomBytes } from "node:crypto";
import { describe, expect } from "vitest";
import { systemClock } from "../../source/base/waiting.ts";
import type { ByteRange, ObjectSource } from "../../source/objects/source.ts";
import type { TransferEngine } from "../../source/transfer/engine.ts";
import type { Asked, Fault } from "../support/fakes/object-server.ts";
import { pretendIdle } from "../support/idle-process.ts";
import { waitUntil } from "../support/wait-until.ts";
import { test as base, md5, only } from "./engine-fixture.ts";

const megabyte = 1024 * 1024;

pretendIdle();

/** So that the store is not near, where one connection is enough. */
const latencyMs = 100;

function untilDone(engine: TransferEngine, bytes: number): Promise<void> {
  return waitUntil(() => only(engine).bytesDone > bytes);
}

interface Circumstances {
  ignoresRange?: boolean;
  stallTimeoutMs?: number;
  midway?: () => void;
}

const it = base
  /** Fetches a file in up to eight connections while requests meet these faults; resolves with the requests. */
  .extend("fetchUnder", ({ server, directory, createEngine, offer, expectOnly }) => {
    return async (
      fault: (asked: Asked, count: number) => Fault | undefined,
      { ignoresRange = false, midway, stallTimeoutMs = 30_000 }: Circumstances = {},
    ) => {
      const body = randomBytes(12 * megabyte);
      const file = offer("hard", body, { md5: md5(body) });
      Object.assign(server, { latencyMs, limit: 4 * megabyte, fault, ignoresRange });
      const engine = createEngine({ connections: 8, stallTimeoutMs });
      engine.add([{ file, directory }]);
      if (midway !== undefined) {
        await untilDone(engine, megabyte);
        midway();
      }
      await engine.idle();
      expect(only(engine).error?.message).toBeUndefined();
      await expectOnly("hard.bin", body);
      return server.asked;
    };
  })
  /** Replaces an object while it is fetched, and expects only the new one. */
  .extend("expectNothingMixed", ({ server, directory, createEngine, offer, expectOnly }) => {
    return async () => {
      const [before, after] = [randomBytes(6 * megabyte), randomBytes(6 * megabyte)];
      const file = offer("midway", before);
      Object.assign(server, { latencyMs, limit: 4 * megabyte });
      server.fault = (_, count) => (count <= 6 ? { kind: "cut", afterBytes: 600_000 } : undefined);
      const engine = createEngine();
      engine.add([{ file, directory }]);
      await untilDone(engine, megabyte);
      server.put("midway", after);
      await engine.idle();
      expect(only(engine).error?.message).toBeUndefined();
      await expectOnly("midway.bin", after);
    };
  });

describe("under a rate limit", () => {
  it("starts few connections, and adds none while the limit is reached", async ({
    server,
    createEngine,
    offer,
    fetchOne,
  }) => {
    server.limit = 4 * megabyte;
    const now = () => ({ bytesPerSecond: 500_000 });
    const engine = createEngine({ bandwidth: { now, isReached: () => true } });
    const { state } = await fetchOne(engine, offer("slow", randomBytes(4 * megabyte)));
    expect({ state, opened: server.opened }).toEqual({ state: "saved", opened: 1 });
  });

  it("adds connections when the limit no longer holds", async ({
    server,
    directory,
    createEngine,
    offer,
  }) => {
    Object.assign(server, { latencyMs, limit: 8 * megabyte });
    let bytesPerSecond = 500_000;
    const now = () => ({ bytesPerSecond });
    const isReached = () => bytesPerSecond < Number.POSITIVE_INFINITY;
    const engine = createEngine({ bandwidth: { now, isReached } });
    engine.add([{ file: offer("faster", randomBytes(16 * megabyte)), directory }]);
    await untilDone(engine, megabyte);
    expect(server.opened).toBe(1);
    bytesPerSecond = Number.POSITIVE_INFINITY;
    await waitUntil(() => server.opened > 1);
    await engine.idle();
    expect(only(engine).state).toBe("saved");
  });
});

describe("a file in several connections", () => {
  it("starts several if the size is listed, each for a separate part", async ({
    server,
    createEngine,
    offer,
    fetchOne,
  }) => {
    const ranges: (ByteRange | undefined)[] = [];
    const source: ObjectSource = {
      ...server.source,
      async open(request) {
        ranges.push(request.range);
        await waitUntil(() => ranges.length >= 8);
        return server.source.open(request);
      },
    };
    const engine = createEngine({ source, connections: 8 });
    const { state } = await fetchOne(engine, offer("parts", randomBytes(8 * megabyte)));
    expect(state).toBe("saved");
    const firsts = ranges.slice(0, 8).map((range) => range?.first);
    expect(firsts).toEqual(Array.from({ length: 8 }, (_, index) => index * megabyte));
  });

  it("opens no connection for the rest of a segment while others will soon be free", async ({
    server,
    createEngine,
    offer,
    fetchOne,
  }) => {
    Object.assign(server, { limit: 8 * megabyte, latencyMs });
    server.fault = (_, count) =>
      count === 1 ? { kind: "slow", bytesPerSecond: megabyte / 4 } : undefined;
    const engine = createEngine();
    const { state } = await fetchOne(engine, offer("rest", randomBytes(16 * megabyte)));
    expect(state).toBe("saved");
    // The number that started together.
    expect(server.opened).toBeLessThanOrEqual(9);
  });

  it("requests later parts only of the object in the first answer", async ({ fetchUnder }) => {
    const asked = await fetchUnder((_, count) =>
      count <= 8 ? { kind: "cut", afterBytes: 300_000 } : undefined,
    );
    const later = asked.slice(8);
    expect(later.length).toBeGreaterThan(0);
    expect(later.every(({ headers }) => "if-match" in headers)).toBe(true);
  });

  it("mixes nothing when the first answers are of two objects", async ({
    server,
    createEngine,
    offer,
    fetchOne,
    expectOnly,
  }) => {
    const [before, after] = [randomBytes(6 * megabyte), randomBytes(6 * megabyte)];
    const file = offer("two", before);
    server.latencyMs = latencyMs;
    server.fault = (_, count) => {
      if (count === 3) server.put("two", after);
      return undefined;
    };
    const { error } = await fetchOne(createEngine(), file);
    expect(error?.message).toBeUndefined();
    await expectOnly("two.bin", after);
  });

  it("requests a few large parts from a distant store at once", async ({
    server,
    directory,
    createEngine,
    offer,
    expectOnly,
  }) => {
    const body = randomBytes(40 * megabyte);
    const file = offer("far", body, { md5: md5(body) });
    server.latencyMs = 200;
    const engine = createEngine();
    engine.add([{ file, directory }]);
    await engine.idle();
    await expectOnly("far.bin", body);
    expect(server.asked.length).toBeGreaterThanOrEqual(4);
    for (const { headers } of server.asked) {
      const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? "") ?? [];
      expect(Number(last) - Number(first)).toBeGreaterThan(megabyte / 4);
    }
  });

  it("survives a reset after each 700 kB", async ({ fetchUnder }) => {
    await fetchUnder(() => ({ kind: "cut", afterBytes: 700_000 }));
  });

  it("survives stalls of a quarter of the answers", async ({ fetchUnder }) => {
    await fetchUnder(
      (_, count) => (count % 4 === 1 ? { kind: "stall", afterBytes: 300_000 } : undefined),
      { stallTimeoutMs: 1_000 },
    );
  });

  it("survives refusals by a busy store", async ({ fetchUnder }) => {
    await fetchUnder((_, count) =>
      count <= 4 ? { kind: "refuse", status: 503, code: "SlowDown" } : undefined,
    );
  });

  it("survives resets with weak tags", async ({ server, fetchUnder }) => {
    server.hasWeakTags = true;
    const asked = await fetchUnder((_, count) =>
      count < 4 ? { kind: "cut", afterBytes: 500_000 } : undefined,
    );
    expect(asked.some(({ headers }) => "if-match" in headers)).toBe(false);
  });

  it("mixes nothing when an object with a weak tag changes midway", async ({
    server,
    expectNothingMixed,
  }) => {
    server.hasWeakTags = true;
    await expectNothingMixed();
  });

  it("requests a new address when the current one expires", async ({ server, fetchUnder }) => {
    await fetchUnder((_, count) => (count < 4 ? { kind: "cut", afterBytes: 500_000 } : undefined), {
      midway: () => server.expire(),
    });
    expect(server.located.length).toBeGreaterThan(1);
  });

  it("continues in one stream if the server ignores ranges", async ({ fetchUnder }) => {
    const asked = await fetchUnder(
      (_, count) => (count === 1 ? { kind: "cut", afterBytes: 3_000_000 } : undefined),
      { ignoresRange: true },
    );
    // The eight that start together, and another one after the cut.
    expect(asked.length).toBeLessThan(12);
  });

  it("gives up if ranges are ignored and nothing new arrives", async ({
    server,
    createEngine,
    offer,
    fetchOne,
  }) => {
    Object.assign(server, { latencyMs, ignoresRange: true });
    server.fault = () => ({ kind: "cut", afterBytes: 400_000 });
    const file = offer("short", randomBytes(megabyte));
    const engine = createEngine({ clock: { ...systemClock, random: () => -1 } });
    const failing = fetchOne(engine, file);
    await waitUntil(() => engine.snapshot().transfers[0]?.error || server.asked.length > 30);
    await engine.stop();
    expect((await failing).error?.message).toMatch(/Fetching short\.bin: .*Check the network/);
    expect(server.asked.length).toBeLessThan(12);
  });

  it("mixes nothing when the object changes midway", ({ expectNothingMixed }) =>
    expectNothingMixed());
});
