import fc from "fast-check";
import { expect, test } from "vitest";
import { cellWidth } from "../../source/text/cells.ts";
import { breadcrumbGap, fitBreadcrumbs, headerSpans } from "../../source/ui/frame/header.ts";
import { hintSpans } from "../../source/ui/frame/status.ts";
import { spansWidth } from "../../source/ui/spans.ts";
import { several, someFileSet } from "../support/fakes/listings.ts";
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

test("hints keep their places on a PENDING row, and are faint where their keys have no effect", async () => {
  const fake = fakeProgram();
  fake.fileStore.fileSetsAnswer = () =>
    several(2, (number) => someFileSet(number, { status: number === 2 ? "PENDING" : "READY" }));
  await goTo(fake, "file-sets");
  const hints = (columns: number) =>
    hintSpans({ ...fake.state(), viewport: { columns, rows: 24 } });
  const texts = (columns: number) => hints(columns).map(({ text }) => text);
  const toneOf = (key: string) => hints(80).find(({ text }) => text === key)?.tone;
  const all = Array.from({ length: 180 }, (_, index) => index + 20);
  const onPending = all.map(texts);
  expect([toneOf("d"), toneOf("p"), toneOf("/")]).toEqual(["muted", "muted", "strong"]);
  fake.press("j");
  expect(all.map(texts)).toEqual(onPending);
  expect([toneOf("d"), toneOf("p"), toneOf("/")]).toEqual(["strong", "strong", "strong"]);
});

test("a download keeps the hints for its place in the queue, unless it is the only one", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  const tones = () =>
    ["K", "J"].map((key) => hintSpans(fake.state()).find(({ text }) => text === key)?.tone);
  fake.press("d");
  await fake.until(({ transfers }) => transfers.transfers.length === 1);
  fake.press("t");
  expect(tones()).toEqual([undefined, undefined]);
  fake.press("escape", "j", "d");
  await fake.until(({ transfers }) => transfers.transfers.length === 2);
  fake.press("t", "g");
  expect(tones()).toEqual(["muted", "strong"]);
  fake.press("G");
  expect(tones()).toEqual(["strong", "muted"]);
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

test("long crumbs lose what they repeat, the time, their middle, then the first ones go", () => {
  const owner = "Bulk-ESG-Global-Scores-v1";
  const crumbs = ["bulk-ESG", owner, `${owner}-Csv-Init-2023-11-26T16:04:11Z`, "Files"];
  const fitted = (cells: number) => fitBreadcrumbs(crumbs, cells).join(breadcrumbGap);
  expect(fitted(200)).toBe(crumbs.join(breadcrumbGap));
  expect(fitted(80)).toBe("bulk-ESG › Global-Scores-v1 › Csv-Init-2023-11-26T16:04:11Z › Files");
  expect(fitted(60)).toBe("bulk-ESG › Global-Scores-v1 › Csv-Init-2023-11-26 › Files");
  expect(fitted(50)).toBe("bulk-ESG › Globa…cores-v1 › Csv-I…23-11-26 › Files");
  expect(fitted(30)).toBe("Glo…es-v1 › Csv…11-26 › Files");
  expect(fitted(20)).toBe("Csv-…3-11-26 › Files");
  const file = [
    "bulk-ESG",
    owner,
    `${owner}-Csv-Init-2023-11-26T16:04:11Z-part1.csv.gz`,
    "Preview",
  ];
  expect(fitBreadcrumbs(file, 66).join(breadcrumbGap)).toBe(
    "bulk-ESG › Global-Scores-v1 › Csv-Init…-part1.csv.gz › Preview",
  );
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1 }), widths, (names, cells) => {
      expect(
        cellWidth(fitBreadcrumbs([...names, "Files"], cells).join(breadcrumbGap)),
      ).toBeLessThanOrEqual(cells);
    }),
  );
});
