import { expect, test } from "vitest";
import { barText, sparkline, stripText, windowText } from "../../source/text/blocks.ts";
import { isPlain } from "../../source/text/cells.ts";

test.each([
  [undefined, "[        ]", "▕        ▏"],
  [0, "[--------]", "▕        ▏"],
  [0.005, "[--------]", "▕        ▏"],
  [0.3, "[##------]", "▕██▍     ▏"],
  [0.5, "[####----]", "▕████    ▏"],
  [0.999, "[#######-]", "▕███████▉▏"],
  [1, "[########]", "▕████████▏"],
  [7, "[########]", "▕████████▏"],
])("a bar of the share %s", (share, ascii, unicode) => {
  expect(barText(share, 10, "ascii")).toBe(ascii);
  expect(barText(share, 10, "unicode")).toBe(unicode);
});

test("a bar has its cells at every share, and narrow bars keep their edges", () => {
  for (const blocks of ["ascii", "unicode"] as const) {
    for (let cells = 2; cells < 30; cells++) {
      for (let share = 0; share <= 1; share += 1 / 64) {
        const bar = barText(share, cells, blocks);
        expect([bar.length, isPlain(bar)], `${cells} cells, ${share}`).toEqual([cells, true]);
      }
    }
  }
});

test.each([
  [-1, "[|-----]", "├┃─────┤"],
  [0, "[|-----]", "├┃─────┤"],
  [0.5, "[===|--]", "├━━━┃──┤"],
  [0.99, "[=====|]", "├━━━━━┃┤"],
  [3, "[=====|]", "├━━━━━┃┤"],
])("a period of which the share %s has elapsed", (share, ascii, unicode) => {
  expect(windowText(share, 8, "ascii")).toBe(ascii);
  expect(windowText(share, 8, "unicode")).toBe(unicode);
});

test("a strip has one cell for each share", () => {
  expect(stripText([0, 0.1, 0.5, undefined, 1], "unicode")).toBe("▁▁▄ █");
  expect(stripText([0, 0.1, 0.5, undefined, 1], "ascii")).toBe("__= #");
});

test("a sparkline shows the last values, the largest in full height", () => {
  expect(sparkline([9, 1, 2, 4], 3, "unicode")).toBe("▂▄█");
  expect(sparkline([2, 4], 4, "ascii")).toBe("  =#");
  expect(sparkline([0, 0], 2, "ascii")).toBe("__");
  expect(sparkline([], 3, "unicode")).toBe("   ");
  expect(sparkline([1], 0, "unicode")).toBe("");
});
