import fc from "fast-check";
import { expect, test } from "vitest";
import {
  fuzzyScore,
  matchesFilter,
  matchRanges,
  parseFilter,
} from "../../source/domain/filter-words.ts";

test.each([
  ["", "anything", true],
  ["esg", "Bulk-ESG-Init", true],
  ["ESG", "Bulk-ESG-Init", true],
  ["ESG", "bulk-esg-init", false],
  ["init esg", "Bulk-ESG-Init", true],
  ["init ESG", "Bulk-ESG-Init", true],
  ["INIT esg", "Bulk-ESG-Init", false],
  ["esg !INIT", "Bulk-ESG-Init", true],
  ["~bei ESG", "Bulk-ESG-Init", true],
  ["init fmrd", "Bulk-ESG-Init", false],
  ["esg !delta", "Bulk-ESG-Init", true],
  ["esg !init", "Bulk-ESG-Init", false],
  ["esg !", "Bulk-ESG-Init", true],
  ["~bei", "Bulk-ESG-Init", true],
  ["~", "Bulk-ESG-Init", true],
  ["~ieb", "Bulk-ESG-Init", false],
  ["~bei !init", "Bulk-ESG-Init", false],
  ["~BEI", "bulk-esg-init", false],
])("filter %j on %j: %s", (filter, text, matched) => {
  expect(matchesFilter(parseFilter(filter), text)).toBe(matched);
});

test("ranges lie in order, do not overlap, and cover the words", () => {
  expect(matchRanges(parseFilter("an ana"), "banana")).toEqual([[1, 5]]);
  expect(matchRanges(parseFilter("b !x"), "abcb")).toEqual([
    [1, 2],
    [3, 4],
  ]);
  fc.assert(
    fc.property(fc.string(), fc.string(), (words, text) => {
      let end = 0;
      for (const [from, to] of matchRanges(parseFilter(words), text)) {
        expect(from).toBeGreaterThanOrEqual(end);
        expect(to).toBeGreaterThan(from);
        expect(to).toBeLessThanOrEqual(text.length);
        end = to;
      }
    }),
  );
});

test("only the words with a capital letter match in their case", () => {
  expect(matchRanges(parseFilter("bulk ESG"), "Bulk-ESG-esg")).toEqual([
    [0, 4],
    [5, 8],
  ]);
});

test("exact comes before prefix, start of a word, within, and scattered", () => {
  const { fuzzy } = parseFilter("~init");
  const ranked = ["init", "initial", "bulk-init-1", "reinit", "i-n-i-t", "interim night"];
  const scores = ranked.map((name) => fuzzyScore(fuzzy, name) ?? -1);
  expect(scores.toSorted((left, right) => right - left)).toEqual(scores);
  expect(new Set(scores).size).toBe(ranked.length);
});

test("fuzzy letters are found where they stand, emoji whole", () => {
  expect(matchRanges(parseFilter("~b🎉t"), "ab🎉ct")).toEqual([
    [1, 4],
    [5, 6],
  ]);
});
