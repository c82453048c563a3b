import { AppError } from "../base/errors.ts";
import { type DeliveryChain, gapText, latestInitChain } from "../domain/deliveries/chain.ts";
import { counted } from "../domain/readable.ts";
import { shellWord } from "../domain/sanitize.ts";
import type { Selection } from "../domain/selection.ts";
import { type Delivery, deliveriesIn } from "./deliveries.ts";
import type { SourceFiles, SourceFormat } from "./sql.ts";

/** The newest Init of one series and the Deltas after it, as files of a folder. */
export interface ChainFiles extends SourceFiles {
  series: string;
  init: string | undefined;
  deltas: readonly string[];
  /** "gap: 3 days missing, 2026-11-01 to 2026-11-04"; empty unless gaps are allowed. */
  gaps: readonly string[];
  /** Deltas without content times, before which a gap would not be seen. */
  unchecked: number;
}

export interface ChainRequest {
  directory: string;
  selection: Selection;
  allowsGap: boolean;
  /** The beginning of each error. */
  tried: string;
}

/**
 * Throws an AppError: usage if the selection leaves no series or several, or files that duckdb does not
 * read; integrity if the chain has a gap or is incomplete.
 */
export function chooseChain({ directory, selection, allowsGap, tried }: ChainRequest): ChainFiles {
  const deliveries = deliveriesIn(directory, selection);
  const chains = latestInitChain(deliveries.map(({ fileSet }) => fileSet)).filter(
    ({ init, deltas }) => init !== undefined || deltas.length > 0,
  );
  const [chain, ...others] = chains;
  if (chain === undefined) throw nothingError(directory, tried);
  if (others.length > 0) throw tieError(chains, tried);
  const filesOf = (id: string | undefined) => deliveries.filter(({ fileSet }) => fileSet.id === id);
  const first = filesOf(chain.init?.id);
  const rest = chain.deltas.flatMap(({ id }) => filesOf(id));
  assertWhole([...first, ...rest], tried);
  const gaps = gapsOf(chain);
  const [gap] = gaps;
  if (gap !== undefined && !allowsGap) throw gapError(chain.series, gap, tried);
  const pathsOf = (parts: readonly Delivery[]) => parts.flatMap(({ files }) => files);
  const initFiles = pathsOf(first);
  const deltaFiles = pathsOf(rest);
  return {
    series: chain.series,
    format: commonFormat([...initFiles, ...deltaFiles], tried),
    initFiles,
    deltaFiles,
    init: chain.init?.name,
    deltas: chain.deltas.map(({ name }) => name),
    gaps,
    unchecked: chain.deltas.filter(({ contentFrom }) => contentFrom === undefined).length,
  };
}

function gapsOf({ init, gaps }: DeliveryChain): string[] {
  const texts = [...(init === undefined ? ["the Init is missing"] : []), ...gaps.map(gapText)];
  return texts.map((text) => `gap: ${text}`);
}

function gapError(series: string, gap: string, tried: string): AppError {
  return new AppError({
    kind: "integrity",
    tried,
    answered: `${series} has a ${gap}`,
    advice: "Fetch what is missing with cfs sync, or add --allow-gap.",
  });
}

function assertWhole(deliveries: readonly Delivery[], tried: string): void {
  const flaw = deliveries.find((delivery) => delivery.flaw !== undefined)?.flaw;
  if (flaw === undefined) return;
  throw new AppError({
    kind: "integrity",
    tried,
    answered: flaw,
    advice: "Complete the folder with the cfs sync or cfs get that filled it.",
  });
}

function nothingError(directory: string, tried: string): AppError {
  return new AppError({
    kind: "usage",
    tried,
    answered: `no Init or Delta in ${directory} matches`,
    advice: "Fill the folder with cfs sync --latest-init.",
  });
}

const mostChoices = 12;

function tieError(chains: readonly DeliveryChain[], tried: string): AppError {
  const names = [...new Set(chains.map(({ series }) => shellWord(series)))];
  const shown = names.slice(0, mostChoices).join(", ");
  const more = names.length > mostChoices ? ", …" : "";
  const advice =
    names.length > 1
      ? `Choose with --series: ${shown}${more}.`
      : "Keep each package in a folder of its own.";
  const answered = `${counted(chains.length, "series", "series")} match`;
  return new AppError({ kind: "usage", tried, answered, advice });
}

function commonFormat(files: readonly string[], tried: string): SourceFormat {
  const formats = new Map<SourceFormat, string>();
  for (const file of files) {
    const format = formatOfFile(file);
    if (format === undefined) throw unreadableError(file, tried);
    formats.set(format, file);
  }
  const [format, other] = formats.keys();
  if (format !== undefined && other === undefined) return format;
  throw new AppError({
    kind: "usage",
    tried,
    answered: "the files are csv and jsonl",
    advice: "Choose with --format csv or --format jsonl.",
  });
}

function formatOfFile(file: string): SourceFormat | undefined {
  const extension = /\.(csv|psv|tsv|jsonl|ndjson)(?:\.gz)?$/i.exec(file)?.[1]?.toLowerCase();
  if (extension === undefined) return undefined;
  return extension === "jsonl" || extension === "ndjson" ? "jsonl" : "csv";
}

function unreadableError(file: string, tried: string): AppError {
  const isZip = /\.zip$/i.test(file);
  return new AppError({
    kind: "usage",
    tried,
    answered: `${file} is ${isZip ? "a zip file" : "neither csv nor jsonl"}, which duckdb does not read`,
    advice: isZip
      ? "Fetch the file sets with cfs get --unpack into another folder, and name that folder."
      : "Choose other files with --series or --format.",
  });
}
