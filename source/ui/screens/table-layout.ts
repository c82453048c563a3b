import { momentPlace } from "../../domain/delivery-name.ts";
import { parseFilter, type WordFilter } from "../../domain/filter-words.ts";
import type { TableRows } from "../../store/selectors/table.ts";
import { type Column, columns } from "../../store/state/columns.ts";
import { transferShare } from "../../store/state/download-phases.ts";
import type { TableKind } from "../../store/state/place.ts";
import { isPending, type Row } from "../../store/state/row.ts";
import type { Sort } from "../../store/state/sort.ts";
import { cellWidth, fitCells, truncateMiddle } from "../../text/cells.ts";
import { matchSpans, progressBar } from "../spans.ts";
import type { Span, Tone } from "../theme.ts";

const gap = "  ";
const gutter = 3;
/** A narrower name is unreadable, so another column is dropped first. */
const narrowestName = 22;
/** Beside the details, which repeat the other columns, the name may take less. */
export const narrowestBeside = 36;

export interface Placed {
  column: Column;
  width: number;
}

/** From this width names are as wide as the longest, and other columns use the rest. */
const wide = 121;

/** Fewer cells are faster over a slow link. */
function marginOf(cells: number): number {
  return cells < wide ? Math.max(1, Math.floor(cells / 24)) : 1;
}

function nameWidth(chosen: readonly Column[], cells: number): number {
  const others = chosen.reduce((sum, { width }) => sum + (width > 0 ? width + gap.length : 0), 0);
  return cells - gutter - marginOf(cells) - others;
}

/** Adds the extra columns that fit beside whole names, most important first. */
function withExtras(
  fitting: readonly Column[],
  extras: readonly Column[],
  fits: (some: readonly Column[]) => boolean,
): readonly Column[] {
  let chosen = fitting;
  for (const extra of extras.toSorted((one, other) => other.stays - one.stays)) {
    if (fits([...chosen, extra])) chosen = [...chosen, extra];
  }
  return chosen;
}

/** The name takes what it needs; columns that can grow share what it leaves. */
function spread(chosen: readonly Column[], rows: TableRows, cells: number): Placed[] {
  const room = Math.max(1, nameWidth(chosen, cells));
  const name = cells < wide ? room : Math.min(room, Math.max(narrowestName, rows.longestName()));
  let free = room - name;
  return chosen.map((column) => {
    if (column.width === 0) return { column, width: name };
    const width = Math.min(column.widest ?? column.width, column.width + free);
    free -= width - column.width;
    return { column, width };
  });
}

/** Omits columns that are empty in every row, then the least important ones. */
export function placeColumns(
  kind: TableKind,
  rows: TableRows,
  cells: number,
  narrowest = narrowestName,
): Placed[] {
  const filled = columns[kind].filter((column) => !column.optional || rows.hasAny(column));
  let chosen = filled.filter(({ extra }) => !extra);
  while (chosen.length > 1 && nameWidth(chosen, cells) < narrowest) {
    const least = Math.min(...chosen.map(({ stays }) => stays));
    chosen = chosen.filter(({ stays }) => stays > least);
  }
  const fits = (some: readonly Column[]) =>
    cells >= wide && nameWidth(some, cells) >= rows.longestName();
  const extras = filled.filter(({ extra }) => extra === true);
  return spread(withExtras(chosen, extras, fits), rows, cells);
}

export function titleSpans(placed: readonly Placed[], sort: Sort | undefined): Span[] {
  const cells = placed.map(({ column, width }) => {
    const arrow = column.id !== sort?.columnId ? "" : sort.descending ? " ↓" : " ↑";
    const title = column.title === "" && arrow !== "" ? arrow.trim() : `${column.title}${arrow}`;
    return fitCells(title, width, column.align);
  });
  return [{ text: " ".repeat(gutter) + cells.join(gap), tone: "muted" }];
}

const stateTones: Partial<Record<string, Tone>> = {
  saved: "good",
  failed: "bad",
  paused: "warning",
  PENDING: "warning",
  no: "warning",
  new: "strong",
  "✓": "good",
};

/** "2 hours left" */
const runsOut = / left$/;

function isFaint(row: Row): boolean {
  if (row.kind === "file-set") return isPending(row.item);
  if (row.kind === "package") return row.item.isEntitled === false;
  return row.kind === "transfer" && row.item.state === "cancelled";
}

/** Omits the shared start of all names first, because rows differ after it. */
function shortName(name: string, width: number, commonStart: number): string {
  const own = name.slice(commonStart);
  if (commonStart === 0 || own === "" || cellWidth(name) <= width)
    return truncateMiddle(name, width);
  const ownCells = cellWidth(own);
  if (ownCells <= width - 5) return truncateMiddle(name, width, ownCells);
  return `…${truncateMiddle(own, width - 1)}`;
}

/** Cells to keep of a timestamp that alone distinguishes rows: its date. */
const leastMoment: Partial<Record<Row["kind"], number>> = { "file-set": 10 };

/** Shortens a timestamp first: all of it if another column shows it, otherwise its time of day. */
function fittingName({ kind, name }: Row, width: number, { commonStart, placed }: RowLook): string {
  const place = cellWidth(name) > width ? momentPlace(name) : undefined;
  if (!place || commonStart >= place.end) return shortName(name, width, commonStart);
  const [begin, end] = [name.slice(0, place.start), name.slice(place.end)];
  const common = Math.min(commonStart, place.start);
  if (kind === "file-set" && placed.some(({ column }) => column.id === "date")) {
    const rest = `${end === "" ? begin.replace(/[-_. ]+$/, "") : begin}…${end}`;
    return shortName(rest, width, common);
  }
  const own = `${common > 0 ? "…" : ""}${begin.slice(common)}`;
  const room = width - cellWidth(`${own}…${end}`);
  // With the whole timestamp shown, the name is shortened as usual.
  if (room + 1 >= place.end - place.start) return shortName(name, width, common);
  if (room < (leastMoment[kind] ?? 0)) return shortName(name, width, commonStart);
  return `${own}${name.slice(place.start, place.start + room)}…${end}`;
}

function nameSpans(row: Row, width: number, look: RowLook): Span[] {
  const text = fittingName(row, width, look);
  const padding = " ".repeat(Math.max(0, width - cellWidth(text)));
  const tone = isFaint(row) ? "muted" : "plain";
  return [...matchSpans(text, look.filter, tone, row.name), { text: padding }];
}

const noFilter = parseFilter("");

function valueSpans(row: Row, { column, width }: Placed, { filter, nowMs }: RowLook): Span[] {
  if (row.kind === "transfer" && column.id === "progress") {
    const isOff = row.item.state === "cancelled";
    return [{ text: isOff ? " ".repeat(width) : progressBar(transferShare(row.item), width) }];
  }
  const text = column.text(row, nowMs);
  const usual = runsOut.test(text) ? "warning" : isFaint(row) ? "muted" : "plain";
  const tone = stateTones[text] ?? usual;
  // Matches can only be in the text that the filter searched.
  const looked = row.search.includes(text) ? filter : noFilter;
  return matchSpans(fitCells(text, width, column.align), looked, tone);
}

export interface RowLook {
  placed: readonly Placed[];
  filter: WordFilter;
  marked: boolean;
  /** Code units that all names share at the start. */
  commonStart: number;
  nowMs: number;
}

function gapSpans({ name }: Row, { placed }: RowLook): Span[] {
  const cells = placed.reduce((sum, { width }) => sum + width + gap.length, -gap.length);
  return [{ text: " ".repeat(gutter) }, { text: fitCells(name, cells, "left"), tone: "warning" }];
}

export function rowSpans(row: Row, look: RowLook): Span[] {
  if (row.kind === "gap") return gapSpans(row, look);
  const cells = look.placed.flatMap((place, index): Span[] => [
    ...(index > 0 ? [{ text: gap }] : []),
    ...(place.column.id === "name"
      ? nameSpans(row, place.width, look)
      : valueSpans(row, place, look)),
  ]);
  const mark: Span = look.marked ? { text: " * ", tone: "warning" } : { text: " ".repeat(gutter) };
  return [mark, ...cells];
}
