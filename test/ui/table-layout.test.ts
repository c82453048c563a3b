import fc from "fast-check";
import { expect, test } from "vitest";
import { latestInitChain } from "../../source/domain/deliveries/chain.ts";
import { parseFilter } from "../../source/domain/filter-words.ts";
import { tableRows } from "../../source/store/selectors/table-rows.ts";
import { columns } from "../../source/store/state/columns.ts";
import type { TablePlace } from "../../source/store/state/place.ts";
import {
  fileRow,
  fileSetRow,
  type Row,
  seriesRow,
  transferRow,
} from "../../source/store/state/row.ts";
import { cellWidth } from "../../source/text/cells.ts";
import { rowSpans } from "../../source/ui/screens/row-spans.ts";
import { nameListOf, placeColumns } from "../../source/ui/screens/table-layout.ts";
import { someFile, someFileSet } from "../support/fakes/listings.ts";

const gutter = 3;
/** The column of a date, and the gap before it. */
const dateCells = 18;

/** The name of the first of `entries` in `width` cells, padding included, beside its date or alone. */
function nameIn(entries: readonly Row[], width: number, besideDate = false): string {
  const [entry] = entries;
  const [name, date] = ["name", "date"].map((wanted) =>
    columns["file-sets"].find(({ id }) => id === wanted),
  );
  if (!entry || !name || !date) throw new Error("There is nothing to draw.");
  const placed = [{ column: name, width }, ...(besideDate ? [{ column: date, width: 16 }] : [])];
  const place: TablePlace = { kind: "downloads" };
  const names = {
    ...nameListOf(place, tableRows(entries, entries)),
    of: entry.kind === "file-set" ? ("file-set" as const) : ("file" as const),
  };
  const shared = { filter: parseFilter(""), marked: false, nowMs: 0, blocks: "ascii" } as const;
  const look = { ...shared, placed, names };
  const row = rowSpans(entry, look).reduce((text, span) => text + span.text, "");
  const shown = row.slice(gutter, besideDate ? -dateCells : undefined);
  expect(cellWidth(shown)).toBe(width);
  return shown;
}

function transferOf(filename: string): Row {
  const { id, filesetId, md5 } = someFile(1);
  return transferRow({
    id: "t1",
    file: { fileId: id, fileSetId: filesetId, name: filename, bytes: 1, md5 },
    directory: "/downloads",
    state: "queued",
    bytesDone: 0,
    bytesTotal: 1,
    bytesFetched: 0,
    bytesPerSecond: 0,
    seconds: 0,
  });
}

/** True where the parts stand in the name one behind the other, none of them twice. */
function isOf(name: string, parts: readonly string[]): boolean {
  let from = 0;
  for (const part of parts) {
    const at = name.indexOf(part, from);
    if (at === -1) return false;
    from = at + part.length;
  }
  return true;
}

const word = fc.stringMatching(/^[A-Za-z0-9_.-]{0,24}$/);
const wideWord = fc.oneof(word, fc.constantFrom("日本語-", "長い名前_", "é-"));
const moment = fc.constantFrom(
  "",
  "2026-11-24",
  "20261124",
  "2026-11-24T16:04:11.525Z",
  "2026-11-24T16",
  "2023-12-10-0857",
);
const suffix = fc.constantFrom("", ".csv.gz", "-part0.csv.gz", ".jsonl");
const name = fc
  .tuple(wideWord, wideWord, moment, wideWord, suffix)
  .map((parts) => parts.join(""))
  .filter((text) => text !== "");
const kind = fc.constantFrom<(text: string) => Row>(
  (text) => fileRow(someFile(1, { filename: text })),
  (text) => fileSetRow(someFileSet(1, { name: text })),
  transferOf,
);

test("a name that is shortened is still of that name, and of the width there is", () => {
  fc.assert(
    fc.property(
      fc.record({ of: kind, start: word, text: name, others: fc.array(name, { maxLength: 3 }) }),
      fc.integer({ min: 1, max: 120 }),
      fc.boolean(),
      ({ of, start, text, others }, width, besideDate) => {
        const entries = [text, ...others].map((rest) => of(start + rest));
        const shown = nameIn(entries, width, besideDate).trimEnd();
        expect(isOf(start + text, shown.split(/…| · /)), `${shown} of ${start}${text}`).toBe(true);
      },
    ),
    { numRuns: 3_000 },
  );
});

test("files that share their first words are shown without them", () => {
  const series = "Bulk-ESG-Global-Social-Jsonl-";
  const names = [
    "Init-2026-11-19T16:04:11.525Z-part0.csv.gz",
    "Delta-2026-11-24T16:04:11.525Z.csv.gz",
  ];
  const entries = names.map((own) => transferOf(series + own));
  expect(nameIn(entries, 80).trimEnd()).toBe(`${series}${names[0]}`);
  expect(nameIn(entries, 42)).toBe("Init-2026-11-19T16:04:11.525Z-part0.csv.gz");
  expect(nameIn(entries, 41).trimEnd()).toBe("Init-2026-11-19T16:04…-part0.csv.gz");
});

/** The tones of the cells of `entry`, by their texts. */
function tonesIn(entry: Row, kind: "file-sets" | "series", nowMs: number): Map<string, unknown> {
  const rows = tableRows([entry], [entry]);
  const place: TablePlace = { kind: "downloads" };
  const look = {
    placed: placeColumns(kind, rows, 200),
    filter: parseFilter(""),
    marked: false,
    names: nameListOf(place, rows),
    nowMs,
    blocks: "unicode",
  } as const;
  return new Map(rowSpans(entry, look).map(({ text, tone }) => [text.trim(), tone]));
}

test.each([
  ["11d left", "2026-12-08T00:00:00Z", "plain"],
  ["35h left", "2026-11-28T11:00:00Z", "warning"],
  ["expired", "2026-11-27T00:00:00Z", "bad"],
])("the tone of %s, beside an Init that stands out", (words, availableTo, tone) => {
  const entry = fileSetRow(someFileSet(1, { name: "Social-Init-2026-11-20", availableTo }));
  const tones = tonesIn(entry, "file-sets", Date.parse("2026-11-27T00:00:00Z"));
  expect(tones.get(words)).toBe(tone);
  expect(tones.get("Init")).toBe("accent");
});

test("a gap in a series is a warning, and its weeks are blocks", () => {
  const time = (day: number) => `2026-11-${String(day).padStart(2, "0")}T00:00:00Z`;
  const sets = [
    ["Init", 1, 2],
    ["Delta", 2, 3],
    ["Delta", 8, 9],
  ] as const;
  const [chain] = latestInitChain(
    sets.map(([kind, from, to]) =>
      someFileSet(to, {
        name: `Social-${kind}-${time(to)}`,
        contentFrom: time(from),
        contentTo: time(to),
      }),
    ),
  );
  if (!chain) throw new Error("There is no series.");
  const tones = tonesIn(seriesRow(chain), "series", Date.parse(time(10)));
  expect(tones.get("gap")).toBe("warning");
  expect([...tones.keys()]).toContain("█▄");
});
