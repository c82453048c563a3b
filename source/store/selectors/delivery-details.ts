import { availabilityText, elapsedShare } from "../../domain/availability.ts";
import { type Gap, gapText } from "../../domain/deliveries/chain.ts";
import { seriesName } from "../../domain/deliveries/name.ts";
import type { SeriesSummary } from "../../domain/deliveries/series-summary.ts";
import type { FileSet } from "../../domain/entities.ts";
import { readableCount, readableTime, unknown } from "../../domain/readable.ts";
import { type BlockSet, windowText } from "../../text/blocks.ts";

/** Formats UTC; Init sets start at the Unix epoch, which means no start. */
export function utc(time: string | undefined): string {
  if (time === undefined) return unknown;
  return time.startsWith("1970-01-01T00:00") ? "the beginning" : `${readableTime(time)} UTC`;
}

type Pair = [label: string, value: string | undefined];

function availability(availableTo: string | undefined, nowMs: number): string {
  const remaining = availabilityText(availableTo, nowMs);
  return remaining === undefined ? utc(availableTo) : `${utc(availableTo)} (${remaining})`;
}

const windowCells = 24;

/** The period in which a file set is available, with now marked. */
function windowOf(item: FileSet, nowMs: number, blocks: BlockSet): string | undefined {
  const share = elapsedShare(item.availableFrom, item.availableTo, nowMs);
  return share === undefined ? undefined : windowText(share, windowCells, blocks);
}

export function fileSetDetails(item: FileSet, nowMs: number, blocks: BlockSet | undefined): Pair[] {
  return [
    ["Name", item.name],
    ["File set id", item.id],
    ["Status", item.status],
    ["Files", readableCount(item.numFiles)],
    ["Content from", utc(item.contentFrom)],
    ["Content to", utc(item.contentTo)],
    ["Available from", utc(item.availableFrom)],
    ["Available to", availability(item.availableTo, nowMs)],
    ["Window", blocks && windowOf(item, nowMs, blocks)],
    ["Created", utc(item.created)],
    ["Modified", utc(item.modified)],
    ["Bucket", item.bucketName],
    ["Package id", item.packageId],
    ...item.attributes.map(({ name, value }): [string, string] => [name, value]),
  ];
}

export function seriesDetails({ chain, kinds, state }: SeriesSummary): Pair[] {
  const { deltas, gaps, init, pending, series } = chain;
  const newest = pending.at(-1) ?? deltas.at(-1) ?? init;
  return [
    ["Series", series],
    ["File sets", kinds],
    ["Newest Init", init?.name ?? "none is available"],
    ["Its content", init && `up to ${utc(init.contentTo ?? init.created)}`],
    ["Deltas since", readableCount(deltas.length)],
    ["Newest", newest?.name],
    ["PENDING", pending.length > 0 ? readableCount(pending.length) : undefined],
    ["Chain", state],
    ...gaps.map((gap): Pair => ["Gap", gapText(gap)]),
  ];
}

export function gapDetails(gap: Gap): Pair[] {
  return [
    ["Gap", gapText(gap)],
    ["Series", seriesName(gap.before.name)],
    ["Before it", `content up to ${utc(gap.from)}`],
    ["After it", gap.before.name],
    ["What to do", "Use an Init newer than the gap, or ask the publisher for the Deltas."],
  ];
}
