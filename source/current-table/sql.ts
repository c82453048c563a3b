import { type DataColumn, pathName, type ValuePath, valuePaths } from "./columns.ts";

/** Statements for duckdb. Names and values from files and users only enter through `literal` and `quoted`. */

export type SourceFormat = "csv" | "jsonl";

/** The files of a chain; duckdb reads them in this order. */
export interface SourceFiles {
  format: SourceFormat;
  /** Relative to the folder in which duckdb runs. */
  initFiles: readonly string[];
  deltaFiles: readonly string[];
}

export interface Source extends SourceFiles {
  /** Of csv. */
  delimiter: string;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A list of files, each without meaning as a glob. */
function fileList(files: readonly string[]): string {
  const paths = files.map((file) => literal(`./${file.replace(/[[*?]/g, "[$&]")}`));
  return `[${paths.join(", ")}]`;
}

/** Every value is text, because a type would take the zeros from an identifier such as 037833100. */
function readCsv(files: readonly string[], { delimiter }: Source): string {
  const options = [
    "all_varchar = true",
    "header = true",
    `delim = ${literal(delimiter)}`,
    `quote = '"'`,
    `escape = '"'`,
    "comment = ''",
    "skip = 0",
    "sample_size = 2048",
    "union_by_name = true",
    "hive_partitioning = false",
  ];
  return `read_csv(${[fileList(files), ...options].join(", ")})`;
}

const jsonLines = ["format = 'newline_delimited'", "hive_partitioning = false"];

/** Finds the columns by reading every record, so that a field that is rare is no surprise later. */
function readUnknownJson(files: readonly string[]): string {
  const options = [
    ...jsonLines,
    "auto_detect = true",
    "sample_size = -1",
    `maximum_sample_files = ${files.length}`,
    "map_inference_threshold = -1",
    "field_appearance_threshold = 0",
  ];
  return `read_json(${[fileList(files), ...options].join(", ")})`;
}

function readJson(files: readonly string[], columns: readonly DataColumn[]): string {
  const types = columns.map(({ name, type }) => `${literal(name)}: ${literal(type)}`);
  const options = [...jsonLines, `columns = {${types.join(", ")}}`];
  return `read_json(${[fileList(files), ...options].join(", ")})`;
}

function reader(files: readonly string[], source: Source, columns: readonly DataColumn[]): string {
  return source.format === "csv" ? readCsv(files, source) : readJson(files, columns);
}

/** Writes `[{"name","type"}]` for the columns of all files to `result`. */
export function describeSql(source: Source, result: string): string {
  const files = [...source.initFiles, ...source.deltaFiles];
  const from = source.format === "csv" ? readCsv(files, source) : readUnknownJson(files);
  return copyJson(
    `SELECT column_name AS name, column_type AS type FROM (DESCRIBE SELECT * FROM ${from})`,
    result,
  );
}

function copyJson(select: string, target: string): string {
  return `COPY (${select}) TO ${literal(target)} (FORMAT json, ARRAY true);`;
}

/** What a text can become without losing anything, each with its bit and the test of a value `c`. */
const textKinds = [
  [1, "TRY_CAST(c AS BIGINT)::VARCHAR = c AND abs(TRY_CAST(c AS BIGINT)) < 1e15"],
  // A double would round these.
  [2, "TRY_CAST(c AS BIGINT)::VARCHAR = c"],
  [4, numberTest()],
  [8, "length(c) = 10 AND TRY_CAST(c AS DATE)::VARCHAR = c"],
  [
    16,
    "length(c) BETWEEN 19 AND 27 AND regexp_full_match(c, '[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?Z?') AND TRY_CAST(c AS TIMESTAMP) IS NOT NULL",
  ],
  [32, "c IN ('true', 'false')"],
] as const;

const textKind = 64;

/** A leading zero, a space, an underscore or a letter is part of an identifier, as in 17275E10. */
function numberTest(): string {
  return [
    "abs(TRY_CAST(c AS DOUBLE)) < 1e15",
    "ascii(c) BETWEEN 45 AND 57",
    "ascii(right(c, 1)) BETWEEN 46 AND 57",
    "NOT contains(c, '_')",
    "(contains(c, '.') OR NOT contains(lower(c), 'e'))",
    "NOT (ltrim(c, '-') LIKE '0_%' AND ltrim(c, '-')[2] <> '.')",
  ].join(" AND ");
}

/** By the bits of all kinds that the values of a column have; any other mixture stays text. */
const typesByKinds: Readonly<Record<number, string>> = {
  1: "BIGINT",
  2: "BIGINT",
  3: "BIGINT",
  4: "DOUBLE",
  5: "DOUBLE",
  8: "DATE",
  16: "TIMESTAMP",
  32: "BOOLEAN",
};

/** The type that keeps every value of a column of csv as it is. */
export function typeOfKinds(kinds: number): string {
  return typesByKinds[kinds] ?? "VARCHAR";
}

/** Writes `[{"kinds"}]` for each csv column to `result`. */
export function kindsSql(source: Source, columns: readonly DataColumn[], result: string): string {
  const from = reader([...source.initFiles, ...source.deltaFiles], source, columns);
  const cases = textKinds.map(([bit, test]) => `WHEN ${test} THEN ${bit}`);
  const macro = `CREATE TEMP MACRO cfs_kind(c) AS CASE WHEN c IS NULL THEN NULL ${cases.join(" ")} ELSE ${textKind} END;`;
  const kinds = columns.map(({ name }) => `coalesce(bit_or(cfs_kind(${quoted(name)})), 0)`);
  return `${macro}\n${copyJson(`SELECT unnest([${kinds.join(", ")}]) AS kinds FROM ${from}`, result)}`;
}

export const tableFormats = ["parquet", "csv", "jsonl"] as const;

export interface TableTarget {
  format: (typeof tableFormats)[number];
  isGzip: boolean;
  /** Absolute. */
  path: string;
}

export interface TableRequest {
  source: Source;
  columns: readonly DataColumn[];
  /** For csv, the type of each column. */
  types: readonly string[] | undefined;
  key: readonly ValuePath[];
  target: TableTarget;
  /** Where duckdb puts what its memory does not hold. */
  spill: string;
  /** Gets `[{"records","repeated","unkeyed"}]`. */
  result: string;
}

/**
 * Writes the last record of each key to the target. The files are read twice: first only the keys, with the
 * number of the last record of each; then the records, of which those with these numbers are written. So the
 * records themselves never wait in memory. Numbers count through all files, which the order of reading keeps.
 */
export function tableSql({
  source,
  columns,
  types,
  key,
  target,
  spill,
  result,
}: TableRequest): string {
  const { initFiles, deltaFiles } = source;
  const [first, rest] = initFiles.length > 0 ? [initFiles, deltaFiles] : [deltaFiles, []];
  const keys = key.map((_, index) => `k${index}`).join(", ");
  const keyValues = key.map((path, index) => `${valueAt(path)} AS k${index}`).join(", ");
  const keysOf = (files: readonly string[]) =>
    `(SELECT row_number() OVER () AS n, ${keyValues} FROM ${reader(files, source, columns)})`;
  const isUnkeyed = key.map((_, index) => `k${index} IS NULL`).join(" OR ");
  const row = freeName("cfs_row", columns);
  const records = `SELECT row_number() OVER () AS ${row}, * FROM ${reader([...first, ...rest], source, columns)}`;
  return [
    "SET preserve_insertion_order = true;",
    "SET enable_progress_bar = false;",
    `SET temp_directory = ${literal(spill)};`,
    `CREATE TEMP TABLE cfs_key AS SELECT ${keys}, max(n) AS n, count(*) AS c FROM ${keysOf(first)} GROUP BY ${keys};`,
    "CREATE TEMP TABLE cfs_first AS SELECT coalesce(sum(c), 0)::BIGINT AS records, count(*) AS keys FROM cfs_key;",
    ...(rest.length > 0
      ? [
          `INSERT INTO cfs_key SELECT ${keys}, max(n) + (SELECT records FROM cfs_first), count(*) FROM ${keysOf(rest)} GROUP BY ${keys};`,
        ]
      : []),
    `CREATE TEMP TABLE cfs_last AS SELECT max(n) AS n FROM cfs_key GROUP BY ${keys};`,
    `COPY (SELECT ${selected(columns, types, target, row)} FROM (${records}) WHERE ${row} IN (SELECT n FROM cfs_last)) TO ${literal(target.path)} (${targetOptions(target)});`,
    copyJson(
      `SELECT (SELECT count(*) FROM cfs_last) AS records, (SELECT records - keys FROM cfs_first) AS repeated, (SELECT coalesce(sum(c), 0)::BIGINT FROM cfs_key WHERE ${isUnkeyed}) AS unkeyed`,
      result,
    ),
  ].join("\n");
}

function valueAt([column, ...fields]: ValuePath): string {
  return fields.reduce(
    (value, field) => `struct_extract(${value}, ${literal(field)})`,
    quoted(column),
  );
}

/** A name that is no column's. */
function freeName(name: string, columns: readonly DataColumn[]): string {
  const isTaken = columns.some((column) => column.name.toLowerCase() === name);
  return isTaken ? freeName(`${name}_`, columns) : name;
}

function selected(
  columns: readonly DataColumn[],
  types: readonly string[] | undefined,
  { format }: TableTarget,
  row: string,
): string {
  if (format === "csv") {
    const values = valuePaths(columns);
    return values.map((path) => `${valueAt(path)} AS ${quoted(pathName(path))}`).join(", ");
  }
  if (types === undefined) return `* EXCLUDE (${row})`;
  return columns
    .map(({ name }, index) => {
      const type = types[index] ?? "VARCHAR";
      return type === "VARCHAR" ? quoted(name) : `${quoted(name)}::${type} AS ${quoted(name)}`;
    })
    .join(", ");
}

function targetOptions({ format, isGzip }: TableTarget): string {
  const gzip = isGzip ? ", COMPRESSION gzip" : "";
  if (format === "csv") return `FORMAT csv, HEADER true${gzip}`;
  if (format === "jsonl") return `FORMAT json${gzip}`;
  return "FORMAT parquet, COMPRESSION zstd";
}
