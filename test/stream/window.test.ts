import { describe, expect, it } from "vitest";
import { ReadAheadWindow } from "../../source/stream/window.ts";

const megabyte = 1024 * 1024;

/** Reads all of the window; a quick reader has to wait for it. */
function readAll(window: ReadAheadWindow, isQuick: boolean): number {
  if (isQuick) window.waited();
  window.taken(window.bytes);
  return window.bytes;
}

describe("the read-ahead window", () => {
  it("grows to 64 MB while the reader is faster than the store", () => {
    const window = new ReadAheadWindow(() => 0);
    const sizes = Array.from({ length: 6 }, () => readAll(window, true) / megabyte);
    expect(sizes).toEqual([1, 4, 16, 64, 64, 64]);
  });

  it("stays small for a reader that is slower than the store", () => {
    const window = new ReadAheadWindow(() => 0);
    for (let count = 0; count < 10; count += 1) readAll(window, false);
    expect(window.bytes).toBe(megabyte / 4);
  });

  it("holds no more than arrives in a few seconds", () => {
    const window = new ReadAheadWindow(() => megabyte);
    for (let count = 0; count < 10; count += 1) readAll(window, true);
    expect(window.bytes).toBe(4 * megabyte);
  });

  it("consists of pieces for many connections", () => {
    const window = new ReadAheadWindow(() => 0);
    for (let count = 0; count < 6; count += 1) readAll(window, true);
    expect(window.pieceBytes).toBe(2 * megabyte);
  });
});
