import type { TableRows } from "../../store/selectors/table.ts";
import { type Column, columns } from "../../store/state/columns.ts";
import type { TableKind, TablePlace } from "../../store/state/place.ts";
import type { Sort } from "../../store/state/sort.ts";
import { fitCells } from "../../text/cells.ts";
import { type NameList, type NamePart, shortenedCells } from "../../text/short-name.ts";
import type { Span } from "../theme.ts";

/** Between columns. */
export const gap = "  ";
/** Cells before the first column, for marks. */
export const gutter = 3;
/** A narrower name is unreadable, so another column is dropped first. */
const narrowestName = 22;
/** The title with its arrow. */
const leastName = 6;
/** Beside the details, which repeat the other columns, the name may take less. */
const narrowestBeside = 36;
/** Columns that stay less than this give way to whole names beside the details. */
const leastBeside = 30;

export interface Placed {
  column: Column;
  width: number;
}

/** Cells that names of rows inside a group are indented. */
export const insideGroup = 2;
/** From this width names are as wide as the longest, and other columns use the rest. */
const wide = 121;
/** Beside the details, extra columns and bars make rows no wider, so that a move costs at most 300 bytes. */
const widestBeside = 133;

/** Fewer cells are faster over a slow link. */
function marginOf(cells: number): number {
  return cells < wide ? Math.max(1, Math.floor(cells / 24)) : 1;
}

const neededBefore = new WeakMap<readonly string[], Map<string, number>>();

/** Cells that leave the first names of a list of file sets whole beside the chosen columns. */
function neededName(rows: TableRows, list: NameList, chosen: readonly Column[]): number {
  const names = rows.firstNames();
  const shown = partsIn((wanted) => chosen.some(({ id }) => id === wanted));
  const before = neededBefore.get(names) ?? new Map<string, number>();
  const key = shown.join(" ");
  const needed = before.get(key) ?? shortenedCells(names, list, shown);
  neededBefore.set(names, before.set(key, needed));
  return Math.min(narrowestName, Math.max(leastName, needed));
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

/** The details repeat the other columns, so the least important ones are omitted if that makes names whole. */
function forWholeNames(
  chosen: readonly Column[],
  fits: (some: readonly Column[]) => boolean,
): readonly Column[] {
  const ascending = chosen.map(({ stays }) => stays).sort((one, other) => one - other);
  const dropped = [-1, ...ascending.filter((stays) => stays < leastBeside)];
  const ways = dropped.map((least) => chosen.filter(({ stays }) => stays > least));
  return ways.find(fits) ?? chosen;
}

/** Cells for the longest name: whole, or without the common start if another column can use the rest. */
function wanted(chosen: readonly Column[], rows: TableRows, room: number): number {
  const { commonStart, longest } = rows.names();
  const canGrow = chosen.some(({ widest }) => widest !== undefined);
  return room < longest && canGrow ? longest - commonStart + insideGroup : longest;
}

/** The name takes what it needs; columns that can grow share what it leaves of `most` cells. */
function spread(chosen: readonly Column[], rows: TableRows, cells: number, most: number): Placed[] {
  const room = Math.max(1, nameWidth(chosen, cells));
  const name =
    cells < wide ? room : Math.min(room, Math.max(narrowestName, wanted(chosen, rows, room)));
  let free = Math.max(0, nameWidth(chosen, most) - name);
  return chosen.map((column) => {
    if (column.width === 0) return { column, width: name };
    const width = Math.min(column.widest ?? column.width, column.width + free);
    free -= width - column.width;
    return { column, width };
  });
}

interface Surroundings {
  isBeside: boolean;
  sort: Sort | undefined;
  names?: NameList;
}

/** Blank cells of the row under the cursor are inverse too, so each costs a byte with every move. */
function withoutBlanks(column: Column, { isBeside, sort }: Surroundings): Column {
  const { narrowest, width } = column;
  const isWhole = !isBeside || column.id === sort?.columnId;
  return isWhole ? column : { ...column, width: narrowest ?? width };
}

/** Omits columns that are empty in every row, then the least important ones. */
export function placeColumns(
  kind: TableKind,
  rows: TableRows,
  cells: number,
  around: Surroundings = { isBeside: false, sort: undefined },
): Placed[] {
  const { isBeside, names } = around;
  const narrowest = (chosen: readonly Column[]) => {
    if (isBeside) return narrowestBeside;
    return names?.of === "file-set" ? neededName(rows, names, chosen) : narrowestName;
  };
  const filled = columns[kind]
    .filter((column) => !column.optional || rows.hasAny(column))
    .map((column) => withoutBlanks(column, around));
  let chosen: readonly Column[] = filled.filter(({ extra }) => !extra);
  while (chosen.length > 1 && nameWidth(chosen, cells) < narrowest(chosen)) {
    const least = Math.min(...chosen.map(({ stays }) => stays));
    chosen = chosen.filter(({ stays }) => stays > least);
  }
  const fitsIn = (most: number) => (some: readonly Column[]) =>
    cells >= wide && nameWidth(some, most) >= rows.names().longest;
  if (isBeside) chosen = forWholeNames(chosen, fitsIn(cells));
  const extras = filled.filter(({ extra }) => extra === true);
  const most = isBeside ? Math.min(cells, widestBeside) : cells;
  return spread(withExtras(chosen, extras, fitsIn(most)), rows, cells, most);
}

export function tableCells(placed: readonly Placed[]): number {
  return placed.reduce((sum, { width }) => sum + gap.length + width, gutter) - gap.length;
}

export function titleSpans(placed: readonly Placed[], sort: Sort | undefined): Span[] {
  const cells = placed.map(({ column, width }) => {
    const arrow = column.id !== sort?.columnId ? "" : sort.descending ? " ↓" : " ↑";
    const title = column.title === "" && arrow !== "" ? arrow.trim() : `${column.title}${arrow}`;
    return fitCells(title, width, column.align);
  });
  return [{ text: " ".repeat(gutter) + cells.join(gap), tone: "muted" }];
}

const namesOfKind = {
  packages: "package",
  "file-sets": "file-set",
  files: "file",
  downloads: "file",
} as const;

export function nameListOf(place: TablePlace, rows: TableRows): NameList {
  const bucket = "bucket" in place ? place.bucket : undefined;
  const packageName = "package" in place ? place.package.packageName : undefined;
  return { of: namesOfKind[place.kind], bucket, package: packageName, facts: rows.names() };
}

export function partsIn(shows: (columnId: string) => boolean): NamePart[] {
  return [
    ...(shows("kind") ? ["kind" as const] : []),
    ...(shows("date") ? ["moment" as const] : []),
  ];
}
