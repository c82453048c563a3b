import type { Package, StoredFile } from "../../domain/entities.ts";
import {
  counted,
  readableBytes,
  readableCount,
  readableRate,
  readableSeconds,
  unknown,
} from "../../domain/readable.ts";
import { troubleText } from "../../domain/transfer-trouble.ts";
import type { BlockSet } from "../../text/blocks.ts";
import { cellWidth, truncateEnd, wrapCells } from "../../text/cells.ts";
import type { Transfer } from "../../transfer/engine.ts";
import { finishedPath, partPath } from "../state/download-phases.ts";
import { failureOf, type Row } from "../state/row.ts";
import type { State } from "../state/state.ts";
import { type WatchPhase, watchTexts } from "../state/watch.ts";
import { fileSetDetails, gapDetails, seriesDetails, utc } from "./delivery-details.ts";
import { overlayColumns } from "./layout.ts";
import { messageLines } from "./messages.ts";
import { currentRow } from "./table.ts";

export interface Detail {
  label: string;
  value: string;
}

function exactBytes(bytes: number | undefined): string {
  if (bytes === undefined) return "not given by the publisher";
  return bytes < 1000
    ? counted(bytes, "byte")
    : `${readableBytes(bytes)} (${readableCount(bytes)} bytes)`;
}

function packageDetails(item: Package, watch?: WatchPhase): [string, string | undefined][] {
  const entitled = item.isEntitled === undefined ? unknown : item.isEntitled ? "yes" : "no";
  return [
    ["Name", item.packageName],
    ["Package id", item.packageId],
    ["Type", item.packageType],
    ["Entitled", entitled],
    ["Watched", watch && watchTexts[watch]],
    ["Buckets", item.bucketNames.join(", ")],
    ["Contact", item.contactEmail],
    ["Created", utc(item.created)],
    ["Modified", utc(item.modified)],
  ];
}

function fileDetails(item: StoredFile): [string, string | undefined][] {
  return [
    ["Name", item.filename],
    ["File id", item.id],
    ["Size", exactBytes(item.fileSizeInBytes)],
    ["MD5", item.md5 ?? "not given by the publisher"],
    ["File set id", item.filesetId],
    ["Created", utc(item.created)],
    ["Modified", utc(item.modified)],
  ];
}

const verificationWords = {
  md5: "MD5",
  gzip: "gzip checksum",
  zip: "zip checksums",
  size: "size only",
} as const;

function verification({ state, verifiedBy }: Transfer): string | undefined {
  if (verifiedBy !== undefined) return verificationWords[verifiedBy];
  return state === "saved" ? "nothing: neither checksum nor size is known" : undefined;
}

const problemLabel = "Problem";

function transferDetails(item: Transfer): [string, string | undefined][] {
  return [
    ["Name", item.file.name],
    ["State", troubleText(item) ?? item.state],
    [problemLabel, (item.error ?? item.retry?.error)?.message],
    ["Path", finishedPath(item)],
    ["Partial file", partPath(item)],
    ["Folder", finishedPath(item) === undefined ? item.directory : undefined],
    ["Size", exactBytes(item.bytesTotal ?? item.file.bytes)],
    ["On disk", exactBytes(item.bytesDone)],
    ["Rate", item.bytesPerSecond > 0 ? readableRate(item.bytesPerSecond) : undefined],
    ["ETA", item.state === "running" ? readableSeconds(item.secondsLeft) : undefined],
    ["Elapsed", readableSeconds(item.seconds)],
    ["MD5", item.file.md5],
    ["SHA-256", item.sha256],
    ["Verified by", verification(item)],
    ["File id", item.file.fileId],
    ["File set id", item.file.fileSetId],
  ];
}

function groupDetails(row: Row & { kind: "group" }): [string, string | undefined][] {
  const { total, transfers } = row.item;
  const count = (...states: Transfer["state"][]) => {
    const number = transfers.filter(({ state }) => states.includes(state)).length;
    return number > 0 ? readableCount(number) : undefined;
  };
  return [
    ["File set", total.file.fileSetName],
    ["Files", readableCount(transfers.length)],
    ["Running", count("running", "verifying")],
    ["Waiting", count("queued")],
    ["Paused", count("paused")],
    ["Done", count("saved", "skipped")],
    ["Failed", count("failed")],
    [problemLabel, failureOf(row)?.message],
    ["Cancelled", count("cancelled")],
    ["Folder", total.directory],
    ["Size", exactBytes(total.bytesTotal)],
    ["On disk", exactBytes(total.bytesDone)],
    ["File set id", total.file.fileSetId],
  ];
}

function pairs(
  row: Row,
  nowMs: number,
  blocks: BlockSet | undefined,
): [string, string | undefined][] {
  switch (row.kind) {
    case "package":
      return packageDetails(row.item, row.watch);
    case "file-set":
      return fileSetDetails(row.item, nowMs, blocks);
    case "file":
      return fileDetails(row.item);
    case "transfer":
      return transferDetails(row.item);
    case "group":
      return groupDetails(row);
    case "series":
      return seriesDetails(row.item);
    case "gap":
      return gapDetails(row.item);
  }
}

/** Without `blocks`, as for a screen reader, nothing is drawn. */
export function detailsOf(row: Row | undefined, nowMs: number, blocks?: BlockSet): Detail[] {
  if (!row) return [];
  return pairs(row, nowMs, blocks).flatMap(([label, value]) =>
    value === undefined || value === "" ? [] : [{ label, value }],
  );
}

/** An ellipsis on the last line marks omitted lines. */
function firstLines(lines: readonly string[], cells: number, most: number): readonly string[] {
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), truncateEnd(`${lines[most - 1]}…`, cells)];
}

const all = Number.POSITIVE_INFINITY;

/** Cells beside the values and their labels. */
const margins = 6;

export interface DetailLines {
  /** The lines of a name that is too long to be beside its label. */
  heading: readonly string[];
  /** One column of labels. */
  lines: readonly Detail[];
}

/** Long values wrap over at most `most` lines each, but a problem is never cut. */
export function detailLines(state: State, columns: number, most = all): DetailLines {
  const details = detailsOf(currentRow(state), state.nowMs, state.blocks);
  const widest = Math.max(0, ...details.map(({ label }) => cellWidth(label)));
  const cells = Math.max(8, columns - Math.min(widest, 20) - margins);
  const [name, ...others] = details;
  const isLong = name !== undefined && cellWidth(name.value) > cells;
  const room = Math.max(8, columns - margins);
  return {
    heading: isLong ? firstLines(wrapCells(name.value, room), room, most) : [],
    lines: (isLong ? others : details).flatMap(({ label, value }) =>
      firstLines(wrapCells(value, cells), cells, label === problemLabel ? all : most).map(
        (line, index) => ({
          label: index === 0 ? label : "",
          value: line,
        }),
      ),
    ),
  };
}

export function overlayTextHeight(state: State): number {
  if (state.overlay?.kind === "notices") return messageLines(state).length;
  const { heading, lines } = detailLines(state, overlayColumns(state));
  return heading.length + lines.length;
}
