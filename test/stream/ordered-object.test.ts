import { describe, expect } from "vitest";
import type { Asked, Fault } from "../support/fakes/object-server.ts";
import { pretendIdle } from "../support/idle-process.ts";
import { distinctBytes, test as it, md5Of } from "./stream-fixture.ts";

const megabyte = 1024 * 1024;

pretendIdle();

/** So that the store is not near, where one connection is enough to start with. */
const latencyMs = 500;

/** The faults in their order, one for each request; then none. */
function inTurn(
  ...faults: (Fault | undefined)[]
): (asked: Asked, count: number) => Fault | undefined {
  return (_, count) => faults[count - 1];
}

describe("the bytes of an object", () => {
  it("arrive in order and complete over several connections", async ({ offer, server, stream }) => {
    const body = distinctBytes(5 * megabyte + 7);
    server.latencyMs = latencyMs;
    const { bytes, verdict } = await stream(offer("a.bin", body, { md5: md5Of(body) }));
    expect(bytes.equals(body)).toBe(true);
    expect(verdict).toEqual({ verifiedBy: "md5" });
    expect(server.opened).toBeGreaterThan(2);
    expect(server.located).toHaveLength(1);
  });

  it.for([0, 1, 262_143, 262_144, 262_145])(
    "arrive if there are %i of them, with a listed size or without",
    async (count, { offer, stream }) => {
      const body = distinctBytes(count);
      const md5 = md5Of(body);
      for (const bytes of [body.length, undefined]) {
        const streamed = await stream(offer("a.bin", body, { bytes, md5 }));
        expect(streamed.verdict).toEqual({ verifiedBy: "md5" });
        expect(streamed.bytes.equals(body)).toBe(true);
      }
    },
  );

  it("survive a cut at every byte", async ({ offer, server, stream }) => {
    const body = distinctBytes(150);
    const file = offer("a.bin", body, { md5: md5Of(body) });
    for (let afterBytes = 0; afterBytes < body.length; afterBytes += 1) {
      const before = server.asked.length;
      server.fault = (_, count) => (count === before + 1 ? { kind: "cut", afterBytes } : undefined);
      expect((await stream(file)).bytes.equals(body)).toBe(true);
      expect(server.asked.length - before).toBe(2);
    }
  });

  it("survive a cut of every answer", async ({ offer, server, stream }) => {
    const body = distinctBytes(30 * megabyte);
    server.fault = (_, count) => ({ kind: "cut", afterBytes: 150_000 + 9_973 * (count % 11) });
    const { bytes, verdict } = await stream(offer("a.bin", body, { md5: md5Of(body) }));
    expect(bytes.equals(body)).toBe(true);
    expect(verdict).toEqual({ verifiedBy: "md5" });
  });

  it.for<[string, Fault]>([
    ["an answer that stalls", { kind: "stall", afterBytes: 1_000 }],
    ["an answer that never begins", { kind: "stall", afterBytes: 0 }],
    ["503 SlowDown", { kind: "refuse", status: 503, code: "SlowDown" }],
    ["500", { kind: "refuse", status: 500 }],
    ["403", { kind: "refuse", status: 403, code: "AccessDenied" }],
    ["404", { kind: "refuse", status: 404, code: "NoSuchKey" }],
  ])(
    "survive %s at the beginning and in the middle",
    async ([_, fault], { offer, server, stream }) => {
      const body = distinctBytes(3 * megabyte);
      server.fault = inTurn(fault, undefined, undefined, fault, undefined, fault);
      const file = offer("a.bin", body, { md5: md5Of(body) });
      const { bytes, failure } = await stream(file, { stallTimeoutMs: 500 });
      expect(failure).toBeUndefined();
      expect(bytes.equals(body)).toBe(true);
    },
  );

  it("are not held up by one slow connection", async ({ offer, server, stream }) => {
    const body = distinctBytes(3 * megabyte);
    server.fault = inTurn(undefined, { kind: "slow", bytesPerSecond: 1_000 });
    const { bytes } = await stream(offer("a.bin", body), { stallTimeoutMs: 500 });
    expect(bytes.equals(body)).toBe(true);
  });

  it("survive an address that expires in the middle", async ({ offer, server, stream }) => {
    const body = distinctBytes(3 * megabyte);
    let hasExpired = false;
    const take = async () => {
      if (!hasExpired) server.expire();
      hasExpired = true;
    };
    const { bytes } = await stream(offer("a.bin", body), { take });
    expect(bytes.equals(body)).toBe(true);
    expect(server.located).toHaveLength(2);
  });

  it("arrive from a server that ignores ranges, also after a cut", async ({
    offer,
    server,
    stream,
  }) => {
    const body = distinctBytes(2 * megabyte);
    server.ignoresRange = true;
    server.fault = inTurn(undefined, { kind: "cut", afterBytes: megabyte });
    const { bytes, verdict } = await stream(offer("a.bin", body, { md5: md5Of(body) }));
    expect(bytes.equals(body)).toBe(true);
    expect(verdict).toEqual({ verifiedBy: "md5" });
  });

  it("arrive if nobody reports how many there are", async ({ offer, server, stream }) => {
    const body = distinctBytes(2 * megabyte);
    Object.assign(server, { ignoresRange: true, tellsNoLength: true });
    const { bytes, verdict } = await stream(offer("a.bin", body, { bytes: undefined }));
    expect(bytes.equals(body)).toBe(true);
    expect(verdict).toEqual({ verifiedBy: undefined });
  });
});

describe("an object that is not what is listed", () => {
  it("prints nothing if its size differs", async ({ offer, stream }) => {
    const file = offer("a.bin", distinctBytes(1_000), { bytes: 999 });
    expect(await stream(file)).toMatchObject({
      bytes: Buffer.alloc(0),
      failure: { kind: "integrity", answered: "it has 1000 bytes, the service lists 999 bytes" },
    });
  });

  it("is reported if an empty file is listed", async ({ offer, stream }) => {
    const { failure } = await stream(offer("a.bin", distinctBytes(1_000), { bytes: 0 }));
    expect(failure).toMatchObject({ kind: "integrity" });
  });

  it("is never mixed with the object that it becomes", async ({ offer, server, stream }) => {
    const body = distinctBytes(3 * megabyte);
    const file = offer("a.bin", body);
    let hasChanged = false;
    const take = async () => {
      if (!hasChanged) server.put("a.bin", Buffer.alloc(body.length, 7));
      hasChanged = true;
    };
    const { bytes, failure } = await stream(file, { take });
    expect(failure).toMatchObject({
      kind: "integrity",
      message: expect.stringMatching(/^Reading a\.bin: it changed .+ Discard the output\. /),
    });
    expect(bytes.equals(body.subarray(0, bytes.length))).toBe(true);
  });
});

describe("a failure that lasts", () => {
  it("comes after the bytes before it", async ({ offer, server, stream }) => {
    const body = distinctBytes(megabyte);
    server.latencyMs = latencyMs;
    server.fault = ({ range }) =>
      (range?.first ?? 0) >= 262_144 ? { kind: "refuse", status: 500 } : undefined;
    const { bytes, failure } = await stream(offer("a.bin", body));
    expect(failure).toMatchObject({ kind: "service", status: 500 });
    const refused = server.asked
      .map(({ range }) => range?.first ?? 0)
      .filter((at) => at >= 262_144);
    expect(bytes.equals(body.subarray(0, Math.min(...refused)))).toBe(true);
  });

  it("is not found if the object never comes", async ({ server, stream }) => {
    const file = { fileId: "b", fileSetId: "set", name: "b.bin", bytes: 5 };
    expect(await stream(file)).toMatchObject({ failure: { kind: "not-found" } });
    expect(server.asked.length).toBeGreaterThan(1);
  });
});

describe("what is requested in advance", () => {
  it("grows with what was read", async ({ offer, server, stream }) => {
    const body = distinctBytes(8 * megabyte);
    server.latencyMs = latencyMs;
    let taken = 0;
    const ahead: { taken: number; bytes: number }[] = [];
    const take = async (piece: Buffer) => {
      const requested = Math.max(...server.asked.map(({ range }) => (range?.last ?? 0) + 1));
      ahead.push({ taken, bytes: requested - taken });
      taken += piece.length;
    };
    await stream(offer("a.bin", body), { take });
    const tooFar = ahead.filter(({ taken: before, bytes }) => bytes > 262_144 + 4 * before);
    expect(tooFar).toEqual([]);
    expect(Math.max(...ahead.map(({ bytes }) => bytes))).toBeGreaterThan(megabyte);
  });

  it("stays within the window while the reader takes nothing", async ({
    offer,
    server,
    stream,
  }) => {
    const body = distinctBytes(8 * megabyte);
    const [held, other] = [offer("held.bin", body), offer("other.bin", body)];
    let requested: number | undefined;
    const take = async () => {
      if (requested !== undefined) return;
      // Meanwhile the store answers as many requests as the rest of the file needs.
      await stream(other);
      const asked = server.asked.filter(({ fileId }) => fileId === held.fileId);
      requested = Math.max(...asked.map(({ range }) => (range?.last ?? 0) + 1));
    };
    const { bytes } = await stream(held, { take });
    expect(bytes.equals(body)).toBe(true);
    expect(requested).toBe(262_144);
  });

  it("ends with the reader", async ({ offer, server, stream }) => {
    const ending = new AbortController();
    const take = async () => ending.abort();
    const file = offer("a.bin", distinctBytes(8 * megabyte));
    const { failure } = await stream(file, { take, signal: ending.signal });
    expect(failure).toMatchObject({ name: "AbortError" });
    // Some requests may not have reached the server before the end.
    for (const { range } of server.asked) expect(range?.last).toBeLessThan(262_144);
  });

  it("uses one connection if no more are allowed", async ({ offer, server, stream }) => {
    const body = distinctBytes(3 * megabyte);
    const { bytes } = await stream(offer("a.bin", body), { connections: 1 });
    expect(bytes.equals(body)).toBe(true);
    expect(server.opened).toBe(1);
  });
});
