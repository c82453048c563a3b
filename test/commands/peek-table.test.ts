import fc from "fast-check";
import stringWidth from "string-width";
import { expect, test } from "vitest";
import { createRecordTable } from "../../source/commands/browse/peek-table.ts";

const record = (text: string) => ({ number: 1, raw: Buffer.from(text), isCut: false });

const delimiter = ",";
const header = Buffer.from("Id,StatementDetails.OrganizationId,Name,Score\r");
const first = ['a1,4300191021,"Alder, Foods",0.5\r', "b22,7,Elm,12.25\r"].map(record);

function shown(cells: number) {
  const {
    columns,
    header: titles,
    line,
    shown: count,
  } = createRecordTable({ delimiter, header }, first, cells);
  return { columns, count, lines: [titles, ...first.map(line)] };
}

test("fields are aligned below their titles, numbers to the right", () => {
  expect(shown(80)).toEqual({
    columns: 4,
    count: 4,
    lines: [
      "Id   StatementDetails.OrganizationId  Name          Score",
      "a1                        4300191021  Alder, Foods    0.5",
      "b22                                7  Elm           12.25",
    ],
  });
});

test("titles are cut before columns are left out", () => {
  expect(shown(40)).toMatchObject({
    count: 4,
    lines: ["Id   State…zationId  Name          Score", expect.anything(), expect.anything()],
  });
  expect(shown(39)).toMatchObject({ count: 3, columns: 4 });
});

test("a later record keeps the columns, and is cut to them", () => {
  const { line } = createRecordTable({ delimiter, header }, first, 80);
  expect(line(record(`${"x".repeat(40)},1,"two\nlines",-`))).toBe(
    "xx…                                1  two lines         -",
  );
  expect(line(record("short"))).toBe("sh…");
});

test("no line is wider than the terminal or controls it", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: "grapheme" }), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 50 }),
      (texts, cells) => {
        const records = texts.map(record);
        const { line } = createRecordTable({ delimiter, header: Buffer.alloc(0) }, records, cells);
        for (const text of records.map(line)) {
          expect(stringWidth(text)).toBeLessThanOrEqual(cells);
          expect(text).not.toMatch(/\p{Cc}/u);
        }
      },
    ),
  );
});
