import { describe, expect, it } from "vitest";
import { ReadAheadWindow } from "../../source/stream/window.ts";

const megabyte = 1024 * 1024;

/** Reads all of the window; a quick reader has to wait for it. Returns the megabytes that fit then. */
function readAll(window: ReadAheadWindow, isQuick: boolean): number {
  if (isQuick) window.waited();
  window.taken(window.bytes);
  return window.bytes / megabyte;
}

function createWindow({ bytesPerSecond = 0, rangeBytes = 1000 * megabyte } = {}): ReadAheadWindow {
  return new ReadAheadWindow(() => bytesPerSecond, rangeBytes);
}

function sizesOf(window: ReadAheadWindow, isQuick: boolean): number[] {
  return Array.from({ length: 10 }, () => readAll(window, isQuick));
}

describe("the read-ahead window", () => {
  it("grows to 64 MB while the reader is faster than the store", () => {
    const window = createWindow();
    expect(sizesOf(window, true)).toEqual([0.5, 1, 2, 4, 8, 16, 32, 64, 64, 64]);
  });

  it("is no larger than four times what was read", () => {
    const window = createWindow();
    for (let taken = 16_384; taken < megabyte; taken += 16_384) {
      window.waited();
      window.taken(16_384);
      expect(window.bytes).toBeLessThanOrEqual(megabyte / 4 + 4 * taken);
    }
    expect(window.bytes).toBe(4 * megabyte + 3 * 65_536);
  });

  it("stays small for a reader that is slower than the store", () => {
    expect(sizesOf(createWindow(), false).at(-1)).toBe(0.25);
  });

  it("holds no more than arrives in a few seconds", () => {
    expect(sizesOf(createWindow({ bytesPerSecond: megabyte }), true).at(-1)).toBe(4);
  });

  it("begins with a small piece for each of many connections", () => {
    const window = createWindow();
    expect([window.pieces, window.pieceBytes]).toEqual([16, 16 * 1024]);
    readAll(window, true);
    expect([window.pieces, window.pieceBytes]).toEqual([16, 32 * 1024]);
  });

  it("has few pieces for a short range", () => {
    const window = createWindow({ rangeBytes: megabyte - 1 });
    expect([window.pieces, window.pieceBytes]).toEqual([4, 64 * 1024]);
  });

  it("consists of pieces for many connections", () => {
    const window = createWindow();
    sizesOf(window, true);
    expect([window.pieces, window.pieceBytes]).toEqual([32, 2 * megabyte]);
  });
});
