import {
  counted,
  readableBytes,
  readableCount,
  readableRate,
  readableSeconds,
} from "../../domain/readable.ts";
import { cellWidth, fitEnd, fitMiddle } from "../../text/cells.ts";
import type { Transfer, TransfersSnapshot } from "../../transfer/engine.ts";

/** How far the transfers of a run are: those in the engine, and what is beside it. */
export interface ProgressView extends TransfersSnapshot {
  beside: {
    /** Files that wait for the engine, and the sum of their known sizes. */
    waiting: number;
    waitingBytes: number;
    /** Files that have ended and left the engine. */
    done: number;
    failed: number;
    /** Of these: what is on disk, and what was wanted. */
    doneBytes: number;
    endedBytes: number;
  };
}

const barCells = 16;
/** As wide as "1.9 MB/s  59 m 59 s left" and "999 MB of 999 MB" are. */
const doingCells = 24;
const bytesCells = 16;
const leastNameCells = 16;

/** One line for all: files, bytes, percent; rate and time left while something comes. */
export function totalLine({ transfers, totals, beside }: ProgressView): string {
  const files = transfers.length + beside.waiting + beside.done + beside.failed;
  const ended = totals.done + totals.failed + beside.done + beside.failed;
  const failed = totals.failed + beside.failed;
  const bytesDone = totals.bytesDone + beside.doneBytes;
  const bytesTotal = totals.bytesTotal + beside.endedBytes + beside.waitingBytes;
  const { bytesPerSecond, secondsLeft = 0 } = totals;
  const moving =
    bytesPerSecond > 0
      ? [
          readableRate(bytesPerSecond),
          `${readableSeconds(secondsLeft + beside.waitingBytes / bytesPerSecond)} left`,
        ]
      : [];
  const isOver = ended === files;
  return [
    `${readableCount(ended)} of ${counted(files, "file")}`,
    isOver && failed === 0
      ? readableBytes(bytesDone)
      : `${readableBytes(bytesDone)} of ${readableBytes(bytesTotal)}`,
    ...(isOver ? [] : [percentOf(bytesDone, bytesTotal), ...moving]),
    ...(failed > 0 ? [`${readableCount(failed)} failed`] : []),
  ].join("  ");
}

/** The same for a log, where no file has a line of its own: where all wait, why the first one does. */
export function logLine(view: ProgressView): string {
  const [first, ...others] = view.transfers.filter(isRunning);
  const isWaiting = others.every(({ waitingFor }) => waitingFor !== undefined);
  const told = totalLine(view);
  return first?.waitingFor === undefined || !isWaiting ? told : `${told}  ${first.waitingFor}`;
}

function isRunning({ state }: Transfer): boolean {
  return state === "running" || state === "verifying";
}

/** At most `rows` lines of at most `columns` cells: the files under way, then the total. */
export function liveLines(view: ProgressView, columns: number, rows: number): string[] {
  const running = view.transfers.filter(isRunning);
  const shown = running.slice(0, Math.max(0, rows - 1));
  return [
    ...shown.map((transfer) => fileLine(transfer, columns)),
    fitEnd(totalLine(view), columns),
  ];
}

/** The name, and behind it as much as there is room for. */
function fileLine(transfer: Transfer, columns: number): string {
  const { file, bytesDone, bytesTotal, bytesPerSecond, secondsLeft, state, waitingFor } = transfer;
  const doing =
    waitingFor ??
    (state === "verifying"
      ? "verifying"
      : `${readableRate(bytesPerSecond).padStart(8)}  ${readableSeconds(secondsLeft)} left`);
  const parts = [
    percentOf(bytesDone, bytesTotal).padStart(4),
    doing.padEnd(doingCells),
    bar(bytesDone, bytesTotal),
    `${readableBytes(bytesDone)} of ${readableBytes(bytesTotal)}`.padEnd(bytesCells),
  ];
  let told = "";
  for (const part of parts) {
    const longer = `${told}  ${part}`;
    if (leastNameCells + cellWidth(longer) > columns) break;
    told = longer;
  }
  const nameCells = Math.max(0, columns - cellWidth(told));
  const name = fitMiddle(file.name, nameCells);
  return fitEnd(name + " ".repeat(Math.max(0, nameCells - cellWidth(name))) + told, columns);
}

function bar(done: number, total: number | undefined): string {
  const filled = total ? Math.min(barCells, Math.floor((barCells * done) / total)) : 0;
  return `[${"#".repeat(filled)}${".".repeat(barCells - filled)}]`;
}

function percentOf(done: number, total: number | undefined): string {
  return total ? `${Math.min(100, Math.floor((100 * done) / total))}%` : "–";
}
