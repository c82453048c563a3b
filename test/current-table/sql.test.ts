import { describe, expect, test } from "vitest";
import {
  describeSql,
  type Source,
  type TableRequest,
  tableSql,
  typeOfKinds,
} from "../../source/current-table/sql.ts";

const source: Source = {
  format: "csv",
  delimiter: ",",
  initFiles: ["a-Init.csv.gz"],
  deltaFiles: ["a-Delta-1.csv.gz", "a-Delta-2.csv.gz"],
};

const request: TableRequest = {
  source,
  columns: [
    { name: "Id", type: "VARCHAR" },
    { name: "Score", type: "VARCHAR" },
  ],
  types: undefined,
  key: [["Id"]],
  target: { format: "parquet", isGzip: false, path: "/out/table" },
  spill: "/out/spill",
  result: "/out/result.json",
};

describe("names and values stay names and values", () => {
  test("a quote in a file name does not end the literal", () => {
    const sql = describeSql({ ...source, initFiles: ["a'); DROP--.csv"], deltaFiles: [] }, "/r");
    expect(sql).toContain("['./a''); DROP--.csv']");
  });

  test("a file name is no glob", () => {
    const sql = describeSql({ ...source, initFiles: ["a[1]*?.csv"], deltaFiles: [] }, "/r");
    expect(sql).toContain("'./a[[]1][*][?].csv'");
  });

  test("a quote in a column does not end its name", () => {
    const sql = tableSql({ ...request, key: [['a" FROM x; --', "b' --"]] });
    expect(sql).toContain(`struct_extract("a"" FROM x; --", 'b'' --') AS k0`);
  });

  test("a quote in the target's path does not end the literal", () => {
    const sql = tableSql({ ...request, target: { ...request.target, path: "/it's/table" } });
    expect(sql).toContain("TO '/it''s/table' (FORMAT parquet");
  });
});

test("the Init is read before the Deltas, and the Deltas in their order", () => {
  const sql = tableSql(request);
  expect(sql).toContain("'./a-Init.csv.gz', './a-Delta-1.csv.gz', './a-Delta-2.csv.gz'");
});

test("without an Init the Deltas are read alone", () => {
  const sql = tableSql({ ...request, source: { ...source, initFiles: [] } });
  expect(sql).not.toContain("INSERT");
  expect(sql).not.toContain("[]");
});

test("the number of a record does not hide a column of that name", () => {
  const columns = [...request.columns, { name: "CFS_ROW", type: "VARCHAR" }];
  expect(tableSql({ ...request, columns })).toContain("* EXCLUDE (cfs_row_)");
});

test("csv gets a column for each value of a nested record", () => {
  const columns = [{ name: "Score", type: "STRUCT(Value DOUBLE)" }];
  const target = { format: "csv", isGzip: true, path: "/out/table" } as const;
  const sql = tableSql({ ...request, columns, target });
  expect(sql).toContain(`struct_extract("Score", 'Value') AS "Score.Value"`);
  expect(sql).toContain("(FORMAT csv, HEADER true, COMPRESSION gzip)");
});

test("a column of csv gets its type in parquet", () => {
  const sql = tableSql({ ...request, types: ["VARCHAR", "DOUBLE"] });
  expect(sql).toContain(`SELECT "Id", "Score"::DOUBLE AS "Score" FROM`);
});

test.each([
  ["no values", 0, "VARCHAR"],
  ["whole numbers", 1, "BIGINT"],
  ["whole numbers, some long", 3, "BIGINT"],
  ["numbers, some with a fraction", 5, "DOUBLE"],
  ["numbers with a fraction and long ones, which a double would round", 6, "VARCHAR"],
  ["dates", 8, "DATE"],
  ["dates and times", 24, "VARCHAR"],
  ["numbers and texts", 65, "VARCHAR"],
])("a column of %s (%i) becomes %s", (_, kinds, type) => {
  expect(typeOfKinds(kinds)).toBe(type);
});
