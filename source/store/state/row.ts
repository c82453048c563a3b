import type { AppError } from "../../base/errors.ts";
import { type DeliveryChain, type Gap, gapText } from "../../domain/deliveries/chain.ts";
import { type DeliveryKind, deliveryKind } from "../../domain/deliveries/name.ts";
import { type SeriesSummary, summaryOf } from "../../domain/deliveries/series-summary.ts";
import type { FileSet, Package, StoredFile } from "../../domain/entities.ts";
import type { NameFacts } from "../../text/short-name.ts";
import type { Transfer } from "../../transfer/engine.ts";
import { sumOf, wantedCount } from "./download-phases.ts";
import type { WatchPhase } from "./watch.ts";

interface Named {
  id: string;
  name: string;
  search: string;
  /** Lower case, computed on arrival so that the first filter key does not wait. */
  lowered: string;
}

interface Delivered {
  delivery: DeliveryKind | undefined;
  onDisk: boolean;
}

interface Published extends Delivered {
  /** It arrived, or became READY, after the last visit. */
  isNew: boolean;
}

/** The downloads of one file set; `inside` in their rows is what their names have in common. */
interface DownloadGroup {
  transfers: readonly Transfer[];
  /** Their sums, as if they were one download. */
  total: Transfer;
  /** "3/12" */
  counts: string;
  isFolded: boolean;
}

export type Row =
  | (Named & { kind: "package"; item: Package; watch?: WatchPhase })
  | (Named & Published & { kind: "file-set"; item: FileSet })
  | (Named & Delivered & { kind: "file"; item: StoredFile })
  | (Named & { kind: "transfer"; item: Transfer; inside?: NameFacts })
  | (Named & { kind: "group"; item: DownloadGroup })
  | (Named & { kind: "gap"; item: Gap })
  | (Named & { kind: "series"; item: SeriesSummary });

function searched(search: string): Pick<Named, "search" | "lowered"> {
  return { search, lowered: search.toLowerCase() };
}

export function packageRow(item: Package): Row {
  const name = item.packageName;
  const search = `${name} ${item.packageId} ${item.packageType ?? ""}`;
  return { kind: "package", id: item.packageId, name, ...searched(search), item };
}

export function bucketNamesOf(rows: readonly Row[]): string[] {
  return rows.flatMap((own) => (own.kind === "package" ? own.item.bucketNames : []));
}

/** Identifies a file set as seen by a visit; READY makes it different from PENDING. */
export function seenKey({ id, status }: FileSet): string {
  return `${id} ${status}`;
}

/** The row is new if an earlier visit exists and did not see it in this status. */
export function fileSetRow(item: FileSet, seen?: ReadonlySet<string>): Row {
  const delivery = deliveryKind(item.name);
  const attributes = item.attributes.map(({ name, value }) => `${name}:${value}`).join(" ");
  const search = `${item.name} ${delivery ?? ""} ${item.status} ${attributes} ${item.id}`;
  return {
    kind: "file-set",
    id: item.id,
    name: item.name,
    ...searched(search),
    item,
    delivery,
    onDisk: false,
    isNew: seen !== undefined && !seen.has(seenKey(item)),
  };
}

export function fileRow(item: StoredFile): Row {
  const delivery = deliveryKind(item.filename);
  const search = `${item.filename} ${item.id}`;
  return {
    kind: "file",
    id: item.id,
    name: item.filename,
    ...searched(search),
    item,
    delivery,
    onDisk: false,
  };
}

export function transferRow(item: Transfer): Row {
  const search = `${item.file.name} ${item.state} ${item.file.fileId}`;
  return { kind: "transfer", id: item.id, name: item.file.name, ...searched(search), item };
}

export function groupRow(transfers: readonly Transfer[], folded: ReadonlySet<string>): Row {
  const total = sumOf(transfers);
  const { fileSetId, name } = total.file;
  const id = `set ${fileSetId}`;
  const done = transfers.filter(({ state }) => state === "saved" || state === "skipped").length;
  const counts = total.state === "cancelled" ? total.state : `${done}/${wantedCount(transfers)}`;
  const item = { transfers, total, counts, isFolded: folded.has(id) };
  return { kind: "group", id, name, ...searched(""), item };
}

export function gapRow(item: Gap): Row {
  return {
    kind: "gap",
    id: `gap ${item.before.id}`,
    name: `gap: ${gapText(item)}`,
    ...searched(""),
    item,
  };
}

export function seriesRow(chain: DeliveryChain): Row {
  const item = summaryOf(chain);
  const { packageId, series } = chain;
  const search = `${series} ${item.kinds} ${item.state ?? ""}`;
  const id = `series ${packageId} ${series.toLowerCase()}`;
  return { kind: "series", id, name: series, ...searched(search), item };
}

/** Why a download failed; of a file set, why the first of its files did. */
export function failureOf(row: Row | undefined): AppError | undefined {
  if (row?.kind === "transfer") return row.item.error;
  if (row?.kind !== "group") return undefined;
  return row.item.transfers.find(({ state }) => state === "failed")?.error;
}

/** PENDING means that the publisher is still adding files. */
export function isPending(fileSet: FileSet): boolean {
  return fileSet.status === "PENDING";
}
