import fs from "node:fs";
import fc from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Lanes, Share } from "../../source/transfer/lanes.ts";
import { createSizes } from "../../source/transfer/sizes.ts";
import { createSetting, md5, type Setting } from "./setting.ts";

const megabyte = 1024 * 1024;

let setting: Setting;

beforeEach(async () => {
  setting = await createSetting();
});

afterEach(async () => {
  vi.restoreAllMocks();
  await setting.close();
});

/** Requests, writes of the file and lines of its journal that a file of so many bytes takes. */
async function costOf(bytes: number) {
  const { server, createEngine, offer, fetchOne } = setting;
  const body = Buffer.alloc(bytes, "so many bytes, ");
  const writes = vi.spyOn(fs, "writev");
  const lines = vi.spyOn(fs, "writeSync");
  const before = server.asked.length;
  const file = offer(`of-${bytes}`, body, { md5: md5(body) });
  expect(await fetchOne(createEngine({ stallTimeoutMs: 30_000 }), file)).toMatchObject({
    state: "saved",
  });
  const cost = {
    requests: server.asked.length - before,
    writes: writes.mock.calls.length,
    lines: lines.mock.calls.length,
  };
  writes.mockClear();
  lines.mockClear();
  return cost;
}

it("ten times the bytes take at most ten times the requests and writes", async () => {
  const one = await costOf(6 * megabyte);
  const ten = await costOf(60 * megabyte);
  expect(one.writes).toBeGreaterThan(0);
  expect(one.lines).toBeGreaterThan(0);
  expect(ten.requests).toBeLessThanOrEqual(10 * one.requests);
  expect(ten.writes).toBeLessThanOrEqual(10 * one.writes);
  expect(ten.lines).toBeLessThanOrEqual(10 * one.lines);
});

it("what is gathered, and how far pieces lie apart, has an end whatever the file", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 256 }),
      fc.integer({ min: 0, max: 2 ** 45 }),
      fc.integer({ min: 0, max: 10_000 * megabyte }),
      (open, doneBytes, rate) => {
        const lanes: Lanes = {
          join: () => {
            throw new Error("nobody joins");
          },
          within: () => {
            throw new Error("nobody asks for one");
          },
          open: () => open,
          answerMs: () => 20,
          bytesPerSecond: () => rate,
        };
        const share: Pick<Share, "size"> = { size: () => open };
        const sizes = createSizes(lanes, { ...unused, ...share });
        const gathered = open * sizes.aheadBytes(doneBytes);
        expect(gathered).toBeLessThanOrEqual(Math.max(4, open / 8) * megabyte);
        expect(open * sizes.pieceBytes()).toBeLessThanOrEqual(Math.max(512, 4 * open) * megabyte);
      },
    ),
  );
});

const unused = {
  mayOpen: () => true,
  wait: () => undefined,
  opened: () => undefined,
  closed: () => undefined,
  answered: () => undefined,
  received: () => undefined,
  changed: () => undefined,
  held: () => undefined,
  refused: () => undefined,
  leave: () => undefined,
};
