import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { pipedTable, terminalTable } from "../../source/commands/console/table.ts";
import { fitEnd, fitMiddle, wrapWords } from "../../source/text/cells.ts";

const rules = [{ least: 8 }, { leaves: 2 }, { leaves: 1 }, {}];
const rows = [
  ["FILE SET", "KIND", "UNTIL", "ID"],
  ["Bulk-ESG-Global-Init-2026-01-04", "Init", "2026-01-18", "4000-a"],
  ["Bulk-ESG-Global-Delta-2026-01-11", "Delta", "2026-01-25", "4000-b"],
];

describe("a table on a terminal", () => {
  it("has what fits whole", () => {
    expect(terminalTable(rows, rules, 80)[0]).toBe(
      "FILE SET                          KIND   UNTIL       ID",
    );
  });

  it("cuts names in the middle, then leaves columns out in a fixed order, and keeps ids whole", () => {
    expect(terminalTable(rows, rules, 42)[1]).toBe("Bulk…2026-01-04  Init   2026-01-18  4000-a");
    expect(terminalTable(rows, rules, 24)[1]).toBe("Bu…-01-04  Init   4000-a");
    expect(terminalTable(rows, rules, 16)[1]).toBe("Bu…01-04  4000-a");
    expect(terminalTable(rows, rules, 13)[1]).toBe("B…-04  4000-a");
  });

  it("never has a line that is wider than the terminal", () => {
    const cell = fc
      .string({ unit: "grapheme", maxLength: 12 })
      .map((text) => text.replace(/\p{C}/gu, ""));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell, cell, cell), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 60 }),
        (cells, columns) => {
          for (const line of terminalTable(cells, rules, columns))
            expect(stringWidth(line)).toBeLessThanOrEqual(columns);
        },
      ),
    );
  });
});

describe("a table in a pipe", () => {
  it("is whole, aligned, with a tab between columns", () => {
    const lines = pipedTable(rows);
    expect(lines.map((line) => line.split("\t").map((cell) => cell.trimEnd()))).toEqual(rows);
    expect(new Set(lines.map((line) => line.indexOf("\t")))).toHaveLength(1);
  });
});

describe("a text in so many cells", () => {
  it.each([
    ["abcdef", 6, "abcdef", "abcdef"],
    ["abcdef", 4, "abc…", "a…ef"],
    ["abcdef", 1, "…", "…"],
    ["abcdef", 0, "", ""],
    ["日本語日本語", 7, "日本語…", "日…本語"],
    ["👩‍👩‍👧ab👩‍👩‍👧", 4, "👩‍👩‍👧a…", "…b👩‍👩‍👧"],
  ])("%s in %i", (text, cells, end, middle) => {
    expect(fitEnd(text, cells)).toBe(end);
    expect(fitMiddle(text, cells)).toBe(middle);
  });
});

describe("words in lines", () => {
  it("are broken between words, and one that is too long stays whole", () => {
    expect(wrapWords("is at /var/lib/a-long-path and full", 10)).toEqual([
      "is at",
      "/var/lib/a-long-path",
      "and full",
    ]);
    expect(wrapWords("short", Number.POSITIVE_INFINITY)).toEqual(["short"]);
  });

  it("lose none", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat({ max: 40 }), (text, cells) => {
        expect(wrapWords(text, cells).join(" ")).toBe(text);
      }),
    );
  });
});
