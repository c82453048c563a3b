import fc from "fast-check";
import stringWidth from "string-width";
import { expect, test } from "vitest";
import {
  cellWidth,
  fitCells,
  graphemes,
  isPlain,
  truncateEnd,
  truncateMiddle,
  wrapCells,
} from "../../source/text/cells.ts";

test("plain and wide text is cut by cells, between characters", () => {
  expect(truncateEnd("abcdef", 4)).toBe("abc…");
  expect(truncateEnd("abc", 3)).toBe("abc");
  expect(truncateEnd("日本語", 4)).toBe("日…");
  expect(fitCells("日本語", 4)).toBe("日… ");
  expect(fitCells("7", 3, "right")).toBe("  7");
  expect(truncateEnd("abc", 0)).toBe("");
});

test("names are cut in the middle", () => {
  expect(truncateMiddle("Bulk-ESG-Global-Init-part4.csv.gz", 16)).toBe("Bulk-E…t4.csv.gz");
  expect(truncateMiddle("日本語の名前", 7)).toBe("日…名前");
});

test("an endless cluster is cut to a short one", () => {
  const cluster = `a${"\u0301".repeat(10_000)}b`;
  expect(graphemes(cluster)).toHaveLength(2);
  expect(truncateEnd(cluster, 5).length).toBeLessThan(300);
});

test("lines break between words, and within a word that is longer than a line", () => {
  expect(wrapCells("the quick brown fox", 9)).toEqual(["the quick", "brown fox"]);
  expect(wrapCells("see abcdefghij", 4)).toEqual(["see", "abcd", "efgh", "ij"]);
  expect(wrapCells("", 9)).toEqual([""]);
});

test("a name breaks after its punctuation if the line stays two thirds full", () => {
  const name = "Bulk-ESG-Global-Raw-Csv-Init-2026-11-22T16:04";
  expect(wrapCells(name, 33)).toEqual(["Bulk-ESG-Global-Raw-Csv-Init-", "2026-11-22T16:04"]);
  expect(wrapCells("a-bcdefghij", 6)).toEqual(["a-bcde", "fghij"]);
  expect(wrapCells("abc-def", 7)).toEqual(["abc-def"]);
});

test("no result is wider than requested", () => {
  const text = fc.string({
    unit: fc.constantFrom("a", "-", " ", "日", "é", "👩‍👩‍👧‍👦", "e\u0301"),
  });
  fc.assert(
    fc.property(text, fc.integer({ min: 0, max: 40 }), (words, cells) => {
      expect(cellWidth(truncateEnd(words, cells))).toBeLessThanOrEqual(cells);
      expect(cellWidth(truncateMiddle(words, cells))).toBeLessThanOrEqual(cells);
      expect(cellWidth(fitCells(words, cells))).toBe(cells);
      for (const line of wrapCells(words, Math.max(2, cells)))
        expect(cellWidth(line)).toBeLessThanOrEqual(Math.max(2, cells));
    }),
  );
});

test("characters that are taken for plain take one cell", () => {
  for (let code = 0; code < 0x10000; code++) {
    const character = String.fromCharCode(code);
    if (isPlain(character)) expect(stringWidth(character), code.toString(16)).toBe(1);
  }
});
