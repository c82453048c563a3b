import {
  currentPlace,
  currentRow,
  hasMarked,
  markedRows,
  rowsOf,
  viewOf,
} from "../../store/selectors/table.ts";
import { watchHere, watchTarget } from "../../store/selectors/watch-target.ts";
import { isListed, isTable, placeKey, rowWords } from "../../store/state/place.ts";
import { isPending, type Row } from "../../store/state/row.ts";
import type { State } from "../../store/state/state.ts";
import { type Command, downloadable, markable, previews, type Reason, tables } from "../command.ts";

function noDownload(state: State): Reason | undefined {
  if (!hasMarked(state)) return noItem(state) ?? notReady(state, [currentRow(state)]);
  return notReady(state, markedRows(state));
}

const pendingReason = "the file set is PENDING: its publisher is still adding files";

/** A reason that another row may not have. */
export function ofThisRow(text: string): Reason {
  return { text, until: "next-row" };
}

/** Returns why the rows cannot be fetched yet, or undefined if one of them can. */
export function notReady(state: State, rows: readonly (Row | undefined)[]): Reason | undefined {
  const place = currentPlace(state);
  if (place.kind === "preview" && place.path !== undefined) return undefined;
  if (place.kind === "files" || place.kind === "preview")
    return isPending(place.fileSet) ? `${pendingReason}; go back and refresh (r)` : undefined;
  const areAll = rows.every((row) => row?.kind === "file-set" && isPending(row.item));
  return areAll ? ofThisRow(`${pendingReason}; refresh (r) until it is READY`) : undefined;
}

function watchTitle(state: State): string | undefined {
  const watch = watchHere(state);
  if (watch === "paused") return "resume watch";
  return watch === undefined ? undefined : "end watch";
}

export const rowCommands: readonly Command[] = [
  {
    id: "download",
    group: "Files",
    title: "download",
    about: "Download marked or selected rows",
    more: "A file set downloads all its files.",
    keys: ["d"],
    where: [...downloadable, ...previews],
    hint: 85,
    unavailable: noDownload,
    run: ({ actions }) => void actions.download(),
  },
  {
    id: "watch",
    group: "Files",
    title: "watch",
    titleNow: watchTitle,
    about: "Watch package (again to end)",
    more: "Downloads its new file sets as they arrive, until cfs quits. The next start marks it as paused.",
    keys: ["w"],
    where: ["packages", "file-sets"],
    hint: 30,
    unavailable: (state) => (watchTarget(state) === undefined ? noRow(state) : undefined),
    run: ({ actions }) => actions.toggleWatch(),
  },
  {
    id: "details",
    group: "Files",
    title: "details",
    about: "Show details",
    more: "Shown beside the rows if there is room, otherwise over them.",
    keys: ["i"],
    where: [...tables, ...previews],
    hint: 35,
    unavailable: noRow,
    run: ({ actions }) => actions.showDetails(),
  },
  {
    id: "all-details",
    group: "Files",
    title: "all details",
    about: "Show details full screen",
    keys: ["I"],
    where: [...tables, ...previews],
    unavailable: noRow,
    run: ({ actions }) => actions.showAllDetails(),
  },
  {
    id: "copy",
    group: "Files",
    title: "copy id",
    about: "Copy the id",
    more: "Uses the terminal's clipboard, also over ssh.",
    keys: ["y"],
    where: tables,
    hint: 15,
    unavailable: noItem,
    run: ({ actions }) => actions.copyId(),
  },
  {
    id: "copies",
    group: "Files",
    title: "copy more",
    about: "Choose what to copy",
    more: "The name, the id, the path, the equivalent command or the address.",
    keys: ["Y"],
    where: [...tables, ...previews],
    unavailable: noItem,
    run: ({ actions }) => actions.showCopies(),
  },
];

/** A range can end on any row. */
function noMark(state: State): Reason | undefined {
  const isRange = viewOf(state, currentPlace(state)).rangeFrom !== undefined;
  return isRange ? noFileSet(state) : noItem(state);
}

export const markCommands: readonly Command[] = [
  {
    id: "mark",
    group: "Files",
    title: "mark",
    about: "Toggle mark and move down",
    keys: ["space"],
    where: downloadable,
    hint: 50,
    unavailable: noMark,
    run: ({ actions }) => actions.toggleMark(),
  },
  {
    id: "mark-all",
    group: "Files",
    title: "mark all",
    about: "Mark all shown rows",
    keys: ["a"],
    where: markable,
    hint: 20,
    unavailable: noFileSet,
    run: ({ actions }) => actions.markAll(),
  },
  {
    id: "mark-range",
    group: "Files",
    title: "range",
    about: "Mark a range",
    more: "The first time starts a range; the second marks all rows up to the cursor.",
    keys: ["v"],
    where: markable,
    hint: 18,
    unavailable: noFileSet,
    run: ({ actions }) => actions.markRange(),
  },
  {
    id: "invert-marks",
    group: "Files",
    title: "invert",
    about: "Invert marks",
    keys: ["*"],
    where: markable,
    unavailable: noFileSet,
    run: ({ actions }) => actions.invertMarks(),
  },
  {
    id: "unmark-all",
    group: "Files",
    title: "clear marks",
    about: "Clear marks (again to restore)",
    keys: ["A", "u"],
    where: markable,
    unavailable: (state) => {
      const { lastMarks, marks, rangeFrom } = viewOf(state, currentPlace(state));
      const has = marks.size > 0 || rangeFrom !== undefined || lastMarks !== undefined;
      return has ? undefined : "nothing is marked";
    },
    run: ({ actions }) => actions.unmarkAll(),
  },
];

/** Returns why no row is under the cursor, or undefined if one is. */
export function noRow(state: State): Reason | undefined {
  const place = currentPlace(state);
  if (place.kind === "preview" && !currentRow(state)) return "the file is still loading";
  if (!isTable(place) || rowsOf(state, place).length > 0) return undefined;
  if (isListed(place) && state.listings[placeKey(place)]?.phase === "loading") {
    return { text: "the list is still loading", until: "loaded" };
  }
  return `there is no ${rowWords[place.kind][0]} here`;
}

/** Returns why the cursor is on no item of the service (no row, a gap or a series), or undefined if it is on one. */
export function noItem(state: State): Reason | undefined {
  const { kind } = currentRow(state) ?? {};
  if (kind === "gap") return ofThisRow("this row marks a gap");
  return isSeries(state) ? "this row is a series; Enter opens it" : noRow(state);
}

function isSeries(state: State): boolean {
  return currentRow(state)?.kind === "series";
}

/** Series cannot be marked. */
export function noFileSet(state: State): Reason | undefined {
  return isSeries(state) ? noItem(state) : noRow(state);
}
