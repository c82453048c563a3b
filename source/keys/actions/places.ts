import { currentPlace, currentRow, filterOf, rowsOf, viewOf } from "../../store/selectors/table.ts";
import {
  isListed,
  isTable,
  type PathLevel,
  pathLevels,
  placeKey,
  placeTitles,
} from "../../store/state/place.ts";
import type { State } from "../../store/state/state.ts";
import { type Command, listed, markable, previews, type Reason, tables } from "../command.ts";
import { noFileSet, noRow } from "./rows.ts";

function isOpening(state: State): boolean {
  return currentPlace(state).kind === "bucket" && state.bucket.opening !== undefined;
}

/** True if the list could not be read, or not all of it. */
function isUnlisted(state: State): boolean {
  const place = currentPlace(state);
  return isListed(place) && state.listings[placeKey(place)]?.phase === "failed";
}

/** Rows that are still loading can be filtered ahead of their arrival. */
function noFilter(state: State): Reason | undefined {
  const place = currentPlace(state);
  const isComing = isListed(place) && state.listings[placeKey(place)]?.phase === "loading";
  const hasRows = isTable(place) && rowsOf(state, place).unfiltered > 0;
  return isComing || hasRows ? undefined : noRow(state);
}

export const placeCommands: readonly Command[] = [
  {
    id: "open",
    group: "List",
    title: "open",
    // As wide as "open", so that the hints keep their places.
    titleNow: (state) => (currentRow(state)?.kind === "group" ? "fold" : undefined),
    about: "Open the selected row",
    keys: ["enter", "right", "l"],
    where: tables,
    hint: 90,
    unavailable: noRow,
    run: ({ actions }) => actions.open(),
  },
  {
    id: "stop-task",
    group: "Program",
    title: "stop",
    about: "Stop the current request",
    keys: ["escape"],
    shown: "Esc",
    where: [...tables, ...previews, "bucket-field", "bucket-menu"],
    binds: (state) => state.task !== undefined && !isOpening(state),
    hint: 89,
    keyOnly: true,
    run: ({ actions }) => actions.stopTasks(),
  },
  {
    id: "end-range",
    group: "Files",
    title: "end range",
    about: "End range without marking",
    keys: ["escape"],
    where: markable,
    binds: (state) => viewOf(state, currentPlace(state)).rangeFrom !== undefined,
    hint: 61,
    keyOnly: true,
    run: ({ actions }) => actions.endRange(),
  },
  {
    id: "back",
    group: "List",
    title: "back",
    titleNow: (state) => (filterOf(state, currentPlace(state)) === "" ? undefined : "end filter"),
    about: "Go back",
    more: "Ends an active filter first.",
    keys: ["escape", "left", "h", "backspace"],
    shown: "Esc ← h",
    where: tables,
    hint: 60,
    run: ({ actions }) => actions.back(),
  },
  {
    id: "filter",
    group: "List",
    title: "filter",
    about: "Filter rows",
    more: "All words match; !word excludes; ~word is fuzzy.",
    keys: ["/"],
    where: tables,
    hint: 70,
    unavailable: noFilter,
    run: ({ actions }) => actions.startFilter(),
  },
  {
    id: "sort",
    group: "List",
    title: "sort",
    about: "Choose sort column",
    keys: ["s"],
    where: tables,
    hint: 40,
    unavailable: noRow,
    run: ({ actions }) => actions.showSort(),
  },
  {
    id: "flip-sort",
    group: "List",
    title: "reverse",
    about: "Reverse sort order",
    keys: ["S"],
    where: tables,
    unavailable: noRow,
    run: ({ actions }) => actions.flipSort(),
  },
  {
    id: "newest",
    group: "List",
    title: "newest",
    about: "Show newest Init and Deltas",
    more: "Hides all other file sets and shows what is missing between these; again shows all.",
    keys: ["n"],
    where: ["file-sets"],
    hint: 45,
    unavailable: noFileSet,
    run: ({ actions }) => actions.toggleNewest(),
  },
  {
    id: "by-series",
    group: "List",
    title: "by series",
    titleNow: (state) =>
      viewOf(state, currentPlace(state)).series === undefined ? undefined : "all file sets",
    about: "Group file sets by series",
    more: "One row for each series: its newest Init, the Deltas since and the last twelve weeks. Enter opens one, Esc returns; again shows all file sets.",
    keys: ["b"],
    where: ["file-sets"],
    hint: 38,
    unavailable: (state) =>
      viewOf(state, currentPlace(state)).series === undefined ? noRow(state) : undefined,
    run: ({ actions }) => actions.toggleSeries(),
  },
  {
    id: "reload",
    group: "List",
    title: "refresh",
    about: "Refresh",
    keys: ["r"],
    where: listed,
    hint: 30,
    hintNow: (state) => (isUnlisted(state) ? 92 : undefined),
    run: ({ actions }) => actions.reload(),
  },
];

const openFirst: Readonly<Record<PathLevel, string | undefined>> = {
  bucket: undefined,
  packages: "open a bucket first",
  "file-sets": "open a package first",
  files: "open a file set first",
};

function levelCommand(level: PathLevel, index: number): Command {
  const key = String(index + 1);
  const title = placeTitles[level];
  return {
    id: `level-${level}`,
    group: "List",
    title: title.toLowerCase(),
    about: `Go to ${title}`,
    keys: [key],
    where: [...tables, ...previews, "bucket-menu"],
    unavailable: ({ places }: State) => {
      if (places.at(-1)?.kind === level) return "this is the current screen";
      return places.some(({ kind }) => kind === level) ? undefined : openFirst[level];
    },
    run: ({ actions }) => actions.toLevel(level),
  };
}

export const levelCommands: readonly Command[] = pathLevels.map(levelCommand);
