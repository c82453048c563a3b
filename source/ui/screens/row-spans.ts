import { weeklyShares } from "../../domain/deliveries/series-summary.ts";
import { parseFilter, type WordFilter } from "../../domain/filter-words.ts";
import { troubleText } from "../../domain/transfer-trouble.ts";
import type { TableRows } from "../../store/selectors/table.ts";
import { percent, transferShare } from "../../store/state/download-phases.ts";
import { isPending, type Row } from "../../store/state/row.ts";
import { type BlockSet, barText, stripText } from "../../text/blocks.ts";
import { cellWidth, fitCells } from "../../text/cells.ts";
import {
  fitName,
  type NameList,
  type NamePart,
  ownerBefore,
  sharedMomentCells,
} from "../../text/short-name.ts";
import type { Transfer } from "../../transfer/engine.ts";
import { matchSpans } from "../spans.ts";
import type { Span, Tone } from "../theme.ts";
import { gap, gutter, insideGroup, type Placed, partsIn } from "./table-layout.ts";

const stateTones: Partial<Record<string, Tone>> = {
  Init: "accent",
  Full: "accent",
  expired: "bad",
  whole: "good",
  "no Init": "warning",
  saved: "good",
  failed: "bad",
  paused: "warning",
  PENDING: "warning",
  no: "warning",
  new: "strong",
  "✓": "good",
  live: "good",
  polling: "warning",
};

/** "35h left" and less, "gap", "2 gaps" */
const needsAttention = /^\d+[hm] left$|^(?:\d+ )?gaps?$/;

function isFaint(row: Row): boolean {
  if (row.kind === "file-set") return isPending(row.item);
  if (row.kind === "package") return row.item.isEntitled === false;
  return row.kind === "transfer" && row.item.state === "cancelled";
}

/** The parts of a name that other columns of its row show. */
function partsElsewhere(row: Row, placed: readonly Placed[]): NamePart[] {
  return partsIn((id) =>
    placed.some(({ column }) => column.id === id && column.value(row) !== undefined),
  );
}

/** What the name of a download leaves out. */
function ownerOf(
  { file }: Transfer,
  name: string,
  { owners }: Pick<RowLook, "owners">,
): string | undefined {
  return ownerBefore(name, owners?.get(file.packageName ?? ""));
}

/** How the name of that row is shortened, and its indent. */
function nameLook(row: Row, look: Pick<RowLook, "names" | "owners">) {
  const { inside, item } = row.kind === "transfer" ? row : {};
  const indent = inside ? insideGroup : 0;
  const own = item ? { ...look.names, package: ownerOf(item, row.name, look) } : look.names;
  return { indent, list: inside ? { ...own, facts: inside } : own };
}

/** More names would take too long at each key. */
const mostCompared = 200;

/** The names of a list of files, cut at the same place. */
export function withSharedCut(
  names: NameList,
  rows: TableRows,
  placed: readonly Placed[],
  owners?: ReadonlyMap<string, string>,
): NameList {
  const cells = placed.find(({ column }) => column.width === 0)?.width;
  if (names.of !== "file" || cells === undefined) return names;
  const shown = rows.shown.slice(0, mostCompared).filter(({ kind }) => kind !== "group");
  const wanted = shown.map((row) => {
    const { indent, list } = nameLook(row, { names, owners });
    return { name: row.name, width: cells - indent, list };
  });
  return { ...names, momentCells: sharedMomentCells(wanted) };
}

function nameSpans(row: Row, cells: number, look: RowLook): Span[] {
  const { indent, list } = nameLook(row, look);
  const width = cells - indent;
  const text = fitName(row.name, width, list, partsElsewhere(row, look.placed));
  const padding = " ".repeat(Math.max(0, width - cellWidth(text)));
  const tone = isFaint(row) ? "muted" : "plain";
  return [
    { text: " ".repeat(indent) },
    ...matchSpans(text, look.filter, tone, row.name),
    { text: padding },
  ];
}

const noFilter = parseFilter("");

function valueSpans(row: Row, { column, width }: Placed, look: RowLook): Span[] {
  const { blocks, filter, nowMs } = look;
  const progress = row.kind === "group" ? row.item.total : row.kind === "transfer" && row.item;
  if (progress && column.id === "progress") {
    const isOff = progress.state === "cancelled";
    return [{ text: isOff ? " ".repeat(width) : barText(transferShare(progress), width, blocks) }];
  }
  if (row.kind === "series" && column.id === "weeks") {
    return [{ text: stripText(weeklyShares(row.item, nowMs), blocks) }];
  }
  const text = column.text(row, nowMs);
  const usual = needsAttention.test(text) ? "warning" : isFaint(row) ? "muted" : "plain";
  const tone = stateTones[text] ?? usual;
  // Matches can only be in the text that the filter searched.
  const looked = row.search.includes(text) ? filter : noFilter;
  return matchSpans(fitCells(text, width, column.align), looked, tone);
}

export interface RowLook {
  placed: readonly Placed[];
  filter: WordFilter;
  marked: boolean;
  names: NameList;
  /** Of downloads. */
  owners?: ReadonlyMap<string, string>;
  nowMs: number;
  blocks: BlockSet;
}

function gapSpans({ name }: Row, { placed }: RowLook): Span[] {
  const text = fitCells(name, cellsOf(placed), "left");
  return [{ text: " ".repeat(gutter) }, { text, tone: "warning" }];
}

const cellsOf = (placed: readonly Placed[]) =>
  placed.reduce((sum, { width }) => sum + width + gap.length, -gap.length);

/**
 * A transfer that receives nothing has no rate and no ETA. The reason takes the place of its state and bar, and of
 * all columns if it is longer.
 */
function troubleSpans(row: Row, look: RowLook): Span[] | undefined {
  const [name, ...others] = look.placed;
  if (row.kind !== "transfer" || name === undefined || others.length === 0) return undefined;
  const trouble = troubleText(row.item);
  if (trouble === undefined) return undefined;
  const lead = [...nameSpans(row, name.width, look), { text: gap }];
  const kept = others.findIndex(({ column }) => column.id === "percent");
  const room = cellsOf(others.slice(0, kept));
  if (kept > 0 && cellWidth(trouble) <= room) {
    const rest = others
      .slice(kept)
      .flatMap((place) => [{ text: gap }, ...valueSpans(row, place, look)]);
    return [...lead, { text: fitCells(trouble, room), tone: "warning" }, ...rest];
  }
  const cells = cellsOf(others);
  const done = percent(transferShare(row.item));
  const before = cells - cellWidth(done) - gap.length;
  const text =
    done === "" || before < cellWidth(trouble)
      ? trouble
      : `${fitCells(trouble, before)}${gap}${done}`;
  return [...lead, { text: fitCells(text, cells), tone: "warning" }];
}

/**
 * Without the dots between its words if only that lets it fit. What all names of the list share is left out only if
 * it still does not fit, because nothing else on the screen has it.
 */
function groupName({ item, name }: Row & { kind: "group" }, cells: number, look: RowLook): string {
  const owner = ownerOf(item.total, name, look);
  const list: NameList = { ...look.names, of: "file-set", package: owner };
  const spaced = fitName(name, cells, list);
  if (!spaced.includes("…")) return spaced;
  const tight = fitName(name, cells + 6, list).replaceAll(" · ", " ");
  if (cellWidth(tight) <= cells) return tight;
  const isMore = owner !== undefined && list.facts.commonStart > owner.length + 1;
  return isMore ? fitName(name, cells, { ...list, package: undefined }) : spaced;
}

/** The name of a set extends into the column of the state, in which the set has only its counts. */
function groupSpans(row: Row & { kind: "group" }, look: RowLook): Span[] {
  const [name, state, ...others] = look.placed;
  const { counts, isFolded } = row.item;
  const fold: Span = { text: isFolded ? " + " : " - " };
  if (!name || state?.column.id !== "state") return [fold, ...cellSpans(row, look)];
  const cells = name.width + gap.length + state.width - cellWidth(counts) - 1;
  return [
    fold,
    { text: fitCells(groupName(row, cells, look), cells), tone: "strong" },
    { text: ` ${counts}` },
    ...others.flatMap((place): Span[] => [{ text: gap }, ...valueSpans(row, place, look)]),
  ];
}

function cellSpans(row: Row, look: RowLook): Span[] {
  return look.placed.flatMap((place, index): Span[] => [
    ...(index > 0 ? [{ text: gap }] : []),
    ...(place.column.id === "name"
      ? nameSpans(row, place.width, look)
      : valueSpans(row, place, look)),
  ]);
}

export function rowSpans(row: Row, look: RowLook): Span[] {
  if (row.kind === "gap") return gapSpans(row, look);
  if (row.kind === "group") return groupSpans(row, look);
  const cells = troubleSpans(row, look) ?? cellSpans(row, look);
  const mark: Span = look.marked ? { text: " * ", tone: "warning" } : { text: " ".repeat(gutter) };
  return [mark, ...cells];
}
