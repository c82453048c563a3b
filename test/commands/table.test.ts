import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, it, test } from "vitest";
import {
  alignedPairs,
  csvRow,
  exactCells,
  fittedTable,
  type Table,
  type TableColumn,
  tabbedRows,
} from "../../source/commands/console/table.ts";
import { wrapWords } from "../../source/text/cells.ts";

interface Delivery {
  name: string;
  kind: string;
  until: string;
  files: number | undefined;
  id: string;
}

const owner = "Bulk-ESG-Global-Raw-v1";

const columns: readonly TableColumn<Delivery>[] = [
  { name: "name", cell: (row) => row.name, names: { of: "file-set", package: owner }, least: 12 },
  { name: "kind", cell: (row) => row.kind, shows: "kind", leaves: 3 },
  {
    name: "content-to",
    cell: (row) => row.until.slice(0, 10),
    exact: (row) => row.until,
    leaves: 2,
  },
  {
    name: "files",
    cell: ({ files = "–" }) => String(files),
    exact: ({ files = "" }) => String(files),
    align: "right",
    leaves: 1,
  },
  { name: "id", cell: (row) => row.id },
];

const rows: readonly Delivery[] = [
  {
    name: `${owner}-Social-Csv-Init`,
    kind: "Init",
    until: "2026-01-18T01:02:03Z",
    files: 115,
    id: "4000-a",
  },
  {
    name: `${owner}-Env-Csv-Delta`,
    kind: "Delta",
    until: "2026-01-25T01:02:03Z",
    files: 1,
    id: "4000-b",
  },
];

describe("a table on a terminal", () => {
  const shown = (cells: number) => fittedTable({ columns, rows }, cells);

  it("is whole if it fits", () => {
    expect(shown(80)).toEqual({
      lines: [
        "NAME                                    KIND   CONTENT TO  FILES  ID",
        `${owner}-Social-Csv-Init  Init   2026-01-18    115  4000-a`,
        `${owner}-Env-Csv-Delta    Delta  2026-01-25      1  4000-b`,
      ],
      leftOut: [],
    });
  });

  it("shortens names, then leaves columns out in a fixed order, then cuts names, and keeps ids", () => {
    expect(shown(50).lines[1]).toBe("Social · Csv  Init   2026-01-18    115  4000-a");
    expect(shown(42)).toMatchObject({ leftOut: ["files"] });
    expect(shown(42).lines[1]).toBe("Social · Csv  Init   2026-01-18  4000-a");
    // Without the column of kinds the names have them.
    expect(shown(22).lines[1]).toBe("Socia…Csv-Init  4000-a");
    expect(shown(13).lines[1]).toBe("S…nit  4000-a");
  });

  it("leaves out a column without a value, unless it was chosen", () => {
    const without = rows.map((row) => ({ ...row, files: undefined }));
    const titles = (those: Table<Delivery>["columns"]) =>
      fittedTable({ columns: those, rows: without }, 80).lines[0];
    expect(titles(columns)).not.toContain("FILES");
    const chosen = columns.map((column) => ({ ...column, leaves: Number.POSITIVE_INFINITY }));
    expect(titles(chosen)).toContain("FILES");
  });

  it("never has a line that is wider than the terminal", () => {
    const text = fc
      .string({ unit: "grapheme", maxLength: 12 })
      .map((drawn) => drawn.replace(/\p{C}/gu, ""));
    const delivery = fc.record({ name: text, kind: text, until: text, files: fc.nat(), id: text });
    fc.assert(
      fc.property(
        fc.array(delivery, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 60 }),
        (drawn, cells) => {
          for (const line of fittedTable({ columns, rows: drawn }, cells).lines)
            expect(stringWidth(line)).toBeLessThanOrEqual(cells);
        },
      ),
    );
  });
});

describe("a table for scripts", () => {
  const odd = { name: 'a "b",c', kind: "x\ty", until: "", files: undefined, id: "1" };

  it("has exact values between tabs, and no tab in a value", () => {
    expect(tabbedRows({ columns, rows: [...rows, odd] })).toEqual([
      `${owner}-Social-Csv-Init\tInit\t2026-01-18T01:02:03Z\t115\t4000-a`,
      `${owner}-Env-Csv-Delta\tDelta\t2026-01-25T01:02:03Z\t1\t4000-b`,
      'a "b",c\tx y\t\t\t1',
    ]);
  });

  it("quotes a csv where that is needed", () => {
    expect(csvRow(exactCells(columns, odd))).toBe('"a ""b"",c",x\ty,,,1');
  });
});

test("labels and values are aligned", () => {
  expect(
    alignedPairs(
      [
        ["user", "A"],
        ["until", "2026"],
      ],
      80,
    ),
  ).toEqual(["user   A", "until  2026"]);
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
