import { describe, expect, it } from "vitest";
import { ReadAheadWindow } from "../../source/stream/window.ts";

const megabyte = 1024 * 1024;

/** Reads all of the window; a quick reader has to wait for it. Returns the megabytes that fit then. */
function readAll(window: ReadAheadWindow, isQuick: boolean): number {
  if (isQuick) window.waited();
  window.taken(window.bytes);
  return window.bytes / megabyte;
}

function sizesOf(window: ReadAheadWindow, isQuick: boolean): number[] {
  return Array.from({ length: 10 }, () => readAll(window, isQuick));
}

describe("the read-ahead window", () => {
  it("grows to 64 MB while the reader is faster than the store", () => {
    const window = new ReadAheadWindow(() => 0);
    expect(sizesOf(window, true)).toEqual([0.5, 1, 2, 4, 8, 16, 32, 64, 64, 64]);
  });

  it("is no larger than four times what was read", () => {
    const window = new ReadAheadWindow(() => 0);
    for (let taken = 16_384; taken < megabyte; taken += 16_384) {
      window.waited();
      window.taken(16_384);
      expect(window.bytes).toBeLessThanOrEqual(megabyte / 4 + 4 * taken);
    }
    expect(window.bytes).toBe(4 * megabyte + 3 * 65_536);
  });

  it("stays small for a reader that is slower than the store", () => {
    expect(sizesOf(new ReadAheadWindow(() => 0), false).at(-1)).toBe(0.25);
  });

  it("holds no more than arrives in a few seconds", () => {
    expect(sizesOf(new ReadAheadWindow(() => megabyte), true).at(-1)).toBe(4);
  });

  it("consists of pieces for many connections", () => {
    const window = new ReadAheadWindow(() => 0);
    sizesOf(window, true);
    expect([window.pieces, window.pieceBytes]).toEqual([32, 2 * megabyte]);
  });
});
