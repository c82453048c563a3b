import { type LimitNow, limitText } from "../../base/limit-rate.ts";
import {
  counted,
  readableBytes,
  readableCount,
  readableEta,
  readableRate,
} from "../../domain/readable.ts";
import { troubleText } from "../../domain/transfer-trouble.ts";
import { type BlockSet, barText } from "../../text/blocks.ts";
import { cellWidth, truncateEnd, truncateMiddle } from "../../text/cells.ts";
import type { Transfer, TransfersSnapshot } from "../../transfer/engine.ts";

/** The transfers in the engine, and totals of those outside it. */
export interface ProgressView extends TransfersSnapshot {
  /** The rate limit; undefined if nothing is received. */
  limit?: LimitNow;
  outside: {
    /** Files not yet in the engine, and the sum of their known sizes. */
    waiting: number;
    waitingBytes: number;
    /** Files that have ended and left the engine. */
    done: number;
    failed: number;
    /** Their bytes on disk and their total size. */
    doneBytes: number;
    endedBytes: number;
  };
}

const barCells = 18;
/** The width of "1.9 MB/s  ETA 59m59s" and "999 MB of 999 MB". */
const doingCells = 21;
const bytesCells = 16;
const leastNameCells = 16;

/** Files, bytes and percent of all transfers, with rate and remaining time while data arrives. */
export function totalLine({ transfers, totals, outside, limit }: ProgressView): string {
  const files = transfers.length + outside.waiting + outside.done + outside.failed;
  const ended = totals.done + totals.failed + outside.done + outside.failed;
  const failed = totals.failed + outside.failed;
  const bytesDone = totals.bytesDone + outside.doneBytes;
  const bytesTotal = totals.bytesTotal + outside.endedBytes + outside.waitingBytes;
  const { bytesPerSecond, secondsLeft = 0 } = totals;
  const moving =
    bytesPerSecond > 0
      ? [
          readableRate(bytesPerSecond),
          readableEta(secondsLeft + outside.waitingBytes / bytesPerSecond),
        ]
      : [];
  const isOver = ended === files;
  const limited = limit && limitText(limit);
  return [
    `${readableCount(ended)} of ${counted(files, "file")}`,
    isOver && failed === 0
      ? readableBytes(bytesDone)
      : `${readableBytes(bytesDone)} of ${readableBytes(bytesTotal)}`,
    ...(isOver ? [] : [percentOf(bytesDone, bytesTotal), ...moving]),
    ...(failed > 0 ? [`${readableCount(failed)} failed`] : []),
    ...(isOver || limited === undefined ? [] : [limited]),
  ].join("  ");
}

/** Like `totalLine` for a log; if all transfers wait, it gives the reason of the first one. */
export function logLine(view: ProgressView): string {
  const running = view.transfers.filter(isRunning);
  const reasons = running.flatMap((transfer) => troubleText(transfer) ?? []);
  const total = totalLine(view);
  return reasons.length < running.length ? total : [total, ...reasons.slice(0, 1)].join("  ");
}

function isRunning({ state }: Transfer): boolean {
  return state === "running" || state === "verifying";
}

export interface Room {
  columns: number;
  rows: number;
  blocks: BlockSet;
}

/** At most `rows` lines of `columns` cells: active files, then the total. */
export function liveLines(view: ProgressView, room: Room): string[] {
  const { columns, rows } = room;
  const running = view.transfers.filter(isRunning);
  const shown = running.slice(0, Math.max(0, rows - 1));
  return [
    ...shown.map((transfer) => fileLine(transfer, room)),
    truncateEnd(totalLine(view), columns),
  ];
}

/** The name, followed by whatever fits. */
function fileLine(transfer: Transfer, { blocks, columns }: Room): string {
  const { file, bytesTotal, bytesPerSecond, secondsLeft, state } = transfer;
  const bytesDone = transfer.bytesDone + (transfer.bytesHeld ?? 0);
  const trouble = troubleText(transfer);
  const moving = `${readableRate(bytesPerSecond).padStart(8)}  ${readableEta(secondsLeft)}`;
  const percentCells = 4;
  const room = columns - leastNameCells - percentCells - 4;
  const doing =
    trouble === undefined
      ? state === "verifying"
        ? "verifying"
        : moving
      : truncateEnd(trouble, Math.max(doingCells, room));
  const parts = [
    percentOf(bytesDone, bytesTotal).padStart(percentCells),
    doing.padEnd(doingCells),
    barText(bytesTotal ? bytesDone / bytesTotal : undefined, barCells, blocks),
    `${readableBytes(bytesDone)} of ${readableBytes(bytesTotal)}`.padEnd(bytesCells),
  ];
  let details = "";
  for (const part of parts) {
    const longer = `${details}  ${part}`;
    if (leastNameCells + cellWidth(longer) > columns) break;
    details = longer;
  }
  const nameCells = Math.max(0, columns - cellWidth(details));
  const name = truncateMiddle(file.name, nameCells);
  return truncateEnd(
    name + " ".repeat(Math.max(0, nameCells - cellWidth(name))) + details,
    columns,
  );
}

function percentOf(done: number, total: number | undefined): string {
  return total ? `${Math.min(100, Math.floor((100 * done) / total))}%` : "–";
}
