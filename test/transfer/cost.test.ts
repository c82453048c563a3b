import fs from "node:fs";
import fc from "fast-check";
import { expect, vi } from "vitest";
import { createRequestSizes } from "../../source/transfer/object/object-plan.ts";
import { test as base, md5 } from "./engine-fixture.ts";

const megabyte = 1024 * 1024;

const it = base
  /** The requests and the writes of any kind for a file of this size. */
  .extend("costOf", ({ server, createEngine, offer, fetchOne }, { onCleanup }) => {
    const writes = [vi.spyOn(fs, "writev"), vi.spyOn(fs, "writevSync"), vi.spyOn(fs, "writeSync")];
    onCleanup(() => {
      for (const spy of writes) spy.mockRestore();
    });
    return async (bytes: number) => {
      const body = Buffer.alloc(bytes, "so many bytes, ");
      for (const spy of writes) spy.mockClear();
      const before = server.asked.length;
      const file = offer(`of-${bytes}`, body, { md5: md5(body) });
      expect(await fetchOne(createEngine(), file)).toMatchObject({ state: "saved" });
      const count = writes.reduce((sum, { mock }) => sum + mock.calls.length, 0);
      return { requests: server.asked.length - before, writes: count };
    };
  });

it("a file takes at most one write per 32 kB, and one request per half a megabyte", async ({
  costOf,
}) => {
  for (const megabytes of [6, 60]) {
    const { requests, writes } = await costOf(megabytes * megabyte);
    expect(writes).toBeLessThanOrEqual(50 + megabytes * 32);
    // How many there are depends on how busy this process is, but no part is below half a megabyte.
    expect(requests).toBeLessThanOrEqual(megabytes * 2);
  }
});

it("what is buffered, and how far segments lie apart, has an end whatever the file", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 256 }),
      fc.integer({ min: 0, max: 2 ** 45 }),
      fc.integer({ min: 0, max: 10_000 * megabyte }),
      (open, doneBytes, rate) => {
        const pool = { open: () => open, answerMs: () => 20, bytesPerSecond: () => rate };
        const sizes = createRequestSizes(pool, { capacity: () => open });
        const buffered = open * sizes.maxBuffered(doneBytes);
        expect(buffered).toBeLessThanOrEqual(Math.max(4, open / 8) * megabyte);
        const inFlight = open * sizes.segmentBytes();
        expect(inFlight).toBeLessThanOrEqual(Math.max(512, 4 * open) * megabyte);
      },
    ),
  );
});
