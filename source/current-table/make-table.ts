import fs from "node:fs";
import path from "node:path";
import * as v from "valibot";
import { AppError } from "../base/errors.ts";
import { readJson } from "../base/json.ts";
import { counted } from "../domain/readable.ts";
import { createDiskSource } from "../preview/disk-source.ts";
import { openPreview } from "../preview/open-preview.ts";
import type { ChainFiles } from "./choose-chain.ts";
import {
  type DataColumn,
  findByLastField,
  findPath,
  pathName,
  type ValuePath,
  valuePaths,
} from "./columns.ts";
import { type DuckDbCall, runDuckDb } from "./duckdb.ts";
import { replaceFile, type WorkFolder } from "./replace-file.ts";
import {
  describeSql,
  kindsSql,
  type Source,
  type TableTarget,
  tableSql,
  typeOfKinds,
} from "./sql.ts";

export interface TableOrder extends DuckDbCall {
  chain: ChainFiles;
  /** As users write them; undefined: the known key of the series. */
  key: readonly string[] | undefined;
  target: TableTarget;
  /** Keeps the text of csv as text. */
  keepsText: boolean;
}

export interface MadeTable {
  key: readonly string[];
  records: number;
  bytes: number;
  /** Records of the Init whose key a later one of it has. */
  repeated: number;
}

/**
 * Writes the last record of each key. Rejects with an AppError: usage for a key that the data does not have,
 * or that records lack; unexpected if duckdb fails or is not installed.
 */
export function makeTable(order: TableOrder): Promise<MadeTable> {
  return replaceFile(order.target.path, (work) => writeTable(order, work));
}

async function writeTable(order: TableOrder, work: WorkFolder): Promise<MadeTable> {
  const { chain, keepsText, target, tried } = order;
  const source: Source = { ...chain, delimiter: await delimiterOf(order) };
  const ask = async <Item extends v.GenericSchema>(item: Item, sql: (result: string) => string) => {
    const result = path.join(work.path, "result.json");
    fs.rmSync(result, { force: true });
    await runDuckDb(sql(result), order);
    return resultIn(result, item, tried);
  };
  const columns = await ask(columnShape, (result) => describeSql(source, result));
  const key = readKey(order, columns);
  const isTyped = source.format === "csv" && target.format === "parquet" && !keepsText;
  const types = isTyped
    ? (await ask(kindsShape, (result) => kindsSql(source, columns, result))).map(({ kinds }) =>
        typeOfKinds(kinds),
      )
    : undefined;
  const [counts] = await ask(countsShape, (result) =>
    tableSql({
      source,
      columns,
      types,
      key,
      target: { ...target, path: work.file },
      spill: path.join(work.path, "spill"),
      result,
    }),
  );
  const { records = 0, repeated = 0, unkeyed = 0 } = counts ?? {};
  const names = key.map(pathName);
  if (unkeyed > 0) throw unkeyedError(names, unkeyed, tried);
  return { key: names, records, repeated, bytes: fs.statSync(work.file).size };
}

/** Quoted numbers are those that JSON readers might round. */
const count = v.pipe(v.union([v.number(), v.string()]), v.transform(Number), v.safeInteger());
const columnShape = v.object({ name: v.string(), type: v.string() });
const kindsShape = v.object({ kinds: count });
const countsShape = v.object({ records: count, repeated: count, unkeyed: count });

function resultIn<Item extends v.GenericSchema>(
  result: string,
  item: Item,
  tried: string,
): v.InferOutput<Item>[] {
  const text = fs.existsSync(result) ? fs.readFileSync(result, "utf8") : "";
  const rows = readJson(v.array(item), text);
  if (rows !== undefined && rows.length > 0) return rows;
  throw new AppError({
    kind: "unexpected",
    tried,
    answered: "duckdb gave no result",
    advice: "Check that duckdb --version is 1.0 or later.",
  });
}

/** A disk that does not answer for this long fails. */
const readTimeoutMs = 60_000;

/** Of the first file, because a short one could be split in several ways. */
async function delimiterOf({ chain, directory, signal }: TableOrder): Promise<string> {
  const [name = ""] = [...chain.initFiles, ...chain.deltaFiles];
  if (chain.format !== "csv") return ",";
  const source = createDiskSource(path.join(directory, name));
  const preview = await openPreview(
    { fileId: "", name },
    { source, stallTimeoutMs: readTimeoutMs },
    signal,
  );
  return preview.format === "csv" ? preview.delimiter : ",";
}

function readKey(
  { chain, key, tried }: TableOrder,
  columns: readonly DataColumn[],
): readonly ValuePath[] {
  const paths = valuePaths(columns);
  const known = knownKey(chain.series) ?? [];
  const names = key ?? known;
  if (names.length === 0) throw noKeyError(chain.series, paths, tried);
  return names.map((name) => {
    const found = findPath(name, paths) ?? (key ? undefined : findByLastField(name, paths));
    if (found === undefined) throw noColumnError(name, paths, tried);
    return found;
  });
}

function noKeyError(series: string, paths: readonly ValuePath[], tried: string): AppError {
  return new AppError({
    kind: "usage",
    tried,
    answered: `the key of ${series} is not known`,
    advice: `Name the columns that identify a record with --key. ${columnsText(paths)}`,
  });
}

function noColumnError(name: string, paths: readonly ValuePath[], tried: string): AppError {
  return new AppError({
    kind: "usage",
    tried,
    answered: `the data has no column ${name}`,
    advice: `Choose the key with --key. ${columnsText(paths)}`,
  });
}

const mostColumns = 40;

function columnsText(paths: readonly ValuePath[]): string {
  const more = paths.length > mostColumns ? `, and ${paths.length - mostColumns} more` : "";
  return `Its columns: ${paths.slice(0, mostColumns).map(pathName).join(", ")}${more}.`;
}

function unkeyedError(key: readonly string[], records: number, tried: string): AppError {
  const columns = key.length === 1 ? `column ${key[0]}` : `one of the columns ${key.join(", ")}`;
  return new AppError({
    kind: "usage",
    tried,
    answered: `${counted(records, "record")} ${records === 1 ? "has" : "have"} no value in ${columns}`,
    advice: "Choose a key that every record has.",
  });
}

/** Keys by series, as LSEG's own data library has them. csv may name the last fields only. */
const knownKeys: readonly { series: RegExp; key: readonly string[] }[] = [
  {
    series: /^Bulk-ESG-.*-Scores-/i,
    key: ["StatementDetails.OrganizationId", "StatementDetails.FinancialPeriodEndDate"],
  },
];

function knownKey(series: string): readonly string[] | undefined {
  return knownKeys.find((known) => known.series.test(series))?.key;
}
