import fc from "fast-check";
import { expect, test } from "vitest";
import { cellWidth } from "../../source/text/cells.ts";
import { breadcrumbGap, fitBreadcrumbs, headerSpans } from "../../source/ui/frame/header.ts";
import { hintSpans } from "../../source/ui/frame/status.ts";
import { spansWidth } from "../../source/ui/spans.ts";
import { fakeProgram, goTo } from "../support/fakes/program.ts";

const widths = fc.integer({ min: 20, max: 200 });

test("hints fit in one line at every width, and lose the least important first", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  const hints = (columns: number) =>
    hintSpans({ ...fake.state(), viewport: { columns, rows: 24 } });
  fc.assert(
    fc.property(widths, (columns) => {
      expect(spansWidth(hints(columns))).toBeLessThanOrEqual(columns);
      const titles = (at: number) => hints(at).map(({ text }) => text.trim());
      expect(titles(columns + 1)).toEqual(expect.arrayContaining(titles(columns)));
    }),
  );
  expect(
    hints(30)
      .map(({ text }) => text)
      .join(""),
  ).toBe(" Enter open  ? help");
});

test("the header fits at every width, and its title stays", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press("a", "d");
  fc.assert(
    fc.property(widths, (columns) => {
      const state = { ...fake.state(), viewport: { columns, rows: 24 } };
      const spans = headerSpans(state, {
        host: "api.refinitiv.com",
        version: "1.2.3",
      });
      expect(spansWidth(spans)).toBe(columns);
      if (columns >= 40) expect(spans.map(({ text }) => text).join("")).toContain("Files");
    }),
  );
});

test("long crumbs lose their middle, then the first ones go", () => {
  const crumbs = ["bulk-ESG", "Bulk-ESG-Global-Scores-v1", "Bulk-ESG-Init-2023-11-26", "Files"];
  expect(fitBreadcrumbs(crumbs, 200)).toEqual(crumbs);
  expect(fitBreadcrumbs(crumbs, 50).join(breadcrumbGap)).toBe(
    "bulk-ESG › Bulk-…cores-v1 › Bulk-…23-11-26 › Files",
  );
  expect(fitBreadcrumbs(crumbs, 30).at(-1)).toBe("Files");
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1 }), widths, (names, cells) => {
      expect(
        cellWidth(fitBreadcrumbs([...names, "Files"], cells).join(breadcrumbGap)),
      ).toBeLessThanOrEqual(cells);
    }),
  );
});
