import type { ReactNode } from "react";
import {
  readableBytes,
  readableCount,
  readableEta,
  readableRate,
  readableSeconds,
} from "../../domain/readable.ts";
import { limitTexts } from "../../store/selectors/limit-choices.ts";
import { percent, totalShare, wantedCount } from "../../store/state/download-phases.ts";
import type { State } from "../../store/state/state.ts";
import { barText, sparkline } from "../../text/blocks.ts";
import { cellWidth, truncateMiddle } from "../../text/cells.ts";
import { useProgramState } from "../program-context.ts";
import { fitSpans, spansWidth, spreadSpans } from "../spans.ts";
import type { Span } from "../theme.ts";
import { Line } from "../widgets.tsx";

/** From this width the bar of the total is long. */
const roomyBar = 160;
/** From this width, whole sentences fit beside a path. */
const roomy = 60;

function folderSpans({ directory, viewport: { columns } }: State): Span[] {
  const lead = columns < roomy ? "   Into " : "   New downloads go into ";
  const change: Span[] = [
    { text: "  o", tone: "strong" },
    { text: " changes", tone: "muted" },
  ];
  const room = columns - lead.length - spansWidth(change) - 1;
  return [
    { text: lead, tone: "muted" },
    { text: truncateMiddle(directory, Math.max(8, room)) },
    ...change,
  ];
}

const leastSparkline = 10;
const mostSparkline = 40;
/** "  peak 123 MB/s" */
const peakCells = 15;

/** The rate of the last seconds, and its peak if there is room. */
function sparklineSpans({ activity, blocks, transfers }: State, room: number): Span[] {
  const values = activity?.rates.values ?? [];
  if (values.length < 2 || Math.max(...values) === 0 || transfers.transfers.length === 0) return [];
  const cells = Math.min(mostSparkline, room);
  if (cells < leastSparkline) return [];
  const left = cells - peakCells;
  if (left < leastSparkline) return [{ text: sparkline(values, cells, blocks), tone: "accent" }];
  const peak = Math.max(...values.slice(-left));
  const text = peak === 0 ? "" : `  peak ${readableRate(peak)}`;
  return [
    { text: sparkline(values, left, blocks), tone: "accent" },
    { text: text.padEnd(peakCells), tone: "muted" },
  ];
}

function firstSpans(state: State): Span[] {
  const { columns } = state.viewport;
  const folder = folderSpans(state);
  const right = sparklineSpans(state, columns - spansWidth(folder) - 4);
  return right.length === 0 ? folder : spreadSpans(folder, [...right, { text: " " }], columns);
}

const partGap = "   ";

function fittingText(parts: readonly string[], cells: number): string {
  let count = parts.length;
  const text = () => parts.slice(0, count).join(partGap);
  while (count > 1 && cellWidth(text()) > cells) count--;
  return text();
}

/** At least as long as the longest download took. */
function secondsSpent({ activity, transfers: { transfers } }: State): number | undefined {
  if (!activity) return undefined;
  const all = activity.earlierSeconds + activity.seconds;
  return transfers.reduce((most, { seconds }) => Math.max(most, seconds), all);
}

/** "@archive 1/3, 12 MB/s" for each other account with downloads. */
function otherTotals({ others }: State): string[] {
  return others.flatMap(({ profile, transfers: { totals, transfers } }) => {
    const wanted = wantedCount(transfers);
    if (wanted === 0) return [];
    const failed = totals.failed > 0 ? `, ${readableCount(totals.failed)} failed` : "";
    const rate = totals.bytesPerSecond > 0 ? `, ${readableRate(totals.bytesPerSecond)}` : "";
    const done = `${readableCount(totals.done)}/${readableCount(wanted)}`;
    return [`@${profile} ${done}${failed}${rate}`];
  });
}

function totalSpans(state: State): Span[] {
  const { activity, transfers: downloads, viewport } = state;
  const { transfers, totals } = downloads;
  const [limited = "", shortLimit = ""] = limitTexts(state);
  const known = (parts: readonly string[]) => parts.filter((part) => part !== "");
  const others = otherTotals(state);
  if (transfers.length === 0) {
    const text = fittingText(known([limited, ...others]), viewport.columns - 4);
    return text === "" ? [] : [{ text: `   ${text}` }];
  }
  const share = totalShare(totals);
  const wanted = wantedCount(transfers);
  if (wanted === 0) return [{ text: `   ${readableCount(transfers.length)} cancelled` }];
  const done = `${readableCount(totals.done)}/${readableCount(wanted)}`;
  const counts = [others.length > 0 ? `@${state.profile} ${done}` : `${done} done`];
  if (totals.failed > 0) counts.push(`${readableCount(totals.failed)} failed`);
  const eta = activity && !activity.isOver ? readableEta(totals.secondsLeft) : "";
  const amount =
    totals.bytesTotal > 0
      ? `${readableBytes(totals.bytesDone)} of ${readableBytes(totals.bytesTotal)}`
      : "";
  const elapsed = activity ? `elapsed ${readableSeconds(secondsSpent(state))}` : "";
  const isMoving = totals.bytesPerSecond > 0;
  const [rate, left, stillLeft] = isMoving
    ? [readableRate(totals.bytesPerSecond), eta, ""]
    : ["", "", eta];
  const barCells = viewport.columns < roomyBar ? 14 : 40;
  const bar = `   ${barText(share, barCells, state.blocks)} ${percent(share).padStart(4)}  `;
  const room = viewport.columns - cellWidth(bar);
  const whole = known([...counts, ...others, rate, left, limited]);
  const isRoomy = cellWidth(whole.join(partGap)) <= room;
  const first = isRoomy ? whole : known([...counts, ...others, rate, shortLimit, left]);
  const rest = known([amount, stillLeft, elapsed]);
  return [{ text: bar }, { text: fittingText([...first, ...rest], room) }];
}

export function DownloadsSummary(): ReactNode {
  const state = useProgramState((all) => all);
  const { columns } = state.viewport;
  return (
    <>
      <Line spans={fitSpans(firstSpans(state), columns)} />
      <Line spans={fitSpans(totalSpans(state), columns)} />
    </>
  );
}
