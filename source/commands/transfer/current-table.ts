import { resolve } from "node:path";
import { type ChainFiles, chooseChain } from "../../current-table/choose-chain.ts";
import { type MadeTable, makeTable } from "../../current-table/make-table.ts";
import { type TableTarget, tableFormats } from "../../current-table/sql.ts";
import { counted, readableBytes } from "../../domain/readable.ts";
import { type Call, type CommonOptions, createOutput } from "../console/call.ts";
import type { TableJson } from "../console/json-records.ts";
import { createMessages } from "../console/messages.ts";
import { usageError } from "../console/usage-error.ts";
import { readSelection } from "../resolve/selection.ts";

export interface TableOptions extends CommonOptions {
  output: string;
  key?: string;
  series?: string;
  format?: string;
  allowGap?: boolean;
  text?: boolean;
  quiet?: boolean;
}

/** `cfs table DIR`. Reads no settings and sends no request. */
export async function currentTable(
  folder: string,
  options: TableOptions,
  call: Call,
): Promise<void> {
  const tried = `Making ${options.output}`;
  const directory = resolve(folder);
  const target = readTarget(options.output, tried);
  const key = readKeyNames(options.key);
  const selection = readSelection({ series: options.series, format: options.format });
  const allowsGap = options.allowGap ?? false;
  const chain = chooseChain({ directory, selection, allowsGap, tried });
  if (
    [...chain.initFiles, ...chain.deltaFiles].some(
      (file) => resolve(directory, file) === target.path,
    )
  )
    throw usageError("it is one of the files to read", "Name another file with -o.", tried);
  const messages = createMessages(call, options);
  for (const gap of chain.gaps) messages.warn(`${chain.series}: ${gap}.`);
  if (chain.unchecked > 0) {
    const deltas = counted(chain.unchecked, "Delta");
    messages.warn(`${deltas} could not be checked for gaps: only cfs sync records content times.`);
  }
  messages.note(`Reading ${contentWords(chain)} of ${chain.series} with duckdb.`);
  const { signal } = call;
  const keepsText = options.text ?? false;
  const made = await makeTable({ chain, directory, key, keepsText, signal, target, tried });
  if (made.repeated > 0) {
    const records = `${counted(made.repeated, "record")} of the Init`;
    const verb = made.repeated === 1 ? "has" : "have";
    messages.warn(
      `${records} ${verb} the same ${made.key.join(" and ")} as a later one, which was kept.`,
    );
  }
  if (options.json) createOutput(call.stdout).json(toRecord(chain, made, target));
  messages.note(
    `${options.output}: ${counted(made.records, "record")} by ${made.key.join(" and ")}, ${readableBytes(made.bytes)}.`,
  );
}

function contentWords({ init, deltas }: ChainFiles): string {
  const words = [
    ...(init === undefined ? [] : ["1 Init"]),
    ...(deltas.length === 0 ? [] : [counted(deltas.length, "Delta")]),
  ];
  return words.join(" and ");
}

function readTarget(output: string, tried: string): TableTarget {
  const [, ending = "", gzip] = /\.(parquet|csv|jsonl)(\.gz)?$/i.exec(output) ?? [];
  const format = tableFormats.find((known) => known === ending.toLowerCase());
  if (format === undefined || (format === "parquet" && gzip !== undefined)) {
    throw usageError(
      "its name shows no format",
      "End it with .parquet, .csv, .csv.gz, .jsonl or .jsonl.gz.",
      tried,
    );
  }
  return { format, isGzip: gzip !== undefined, path: resolve(output) };
}

function readKeyNames(key: string | undefined): string[] | undefined {
  const names = key?.split(",").map((name) => name.trim());
  if (names?.some((name) => name === ""))
    throw usageError("--key has an empty name", "Separate the columns with commas, as A,B.");
  return names;
}

function toRecord(
  { deltas, gaps, init, series }: ChainFiles,
  { bytes, key, records, repeated }: MadeTable,
  { path }: TableTarget,
): TableJson {
  return {
    path,
    series,
    key: [...key],
    init: init ?? null,
    deltas: [...deltas],
    gaps: [...gaps],
    records,
    repeated,
    size: bytes,
  };
}
