import { isTable, rowWords } from "../store/place.ts";
import { currentEntry, currentPlace, rowsOf, viewOf } from "../store/selectors/table.ts";
import type { State } from "../store/state.ts";
import { type Command, listed, previews, tables } from "./command.ts";

function noRow(state: State): string | undefined {
  const place = currentPlace(state);
  if (place.kind === "preview" && !currentEntry(state)) return "the file is not known yet";
  if (!isTable(place) || rowsOf(state, place).length > 0) return undefined;
  return `there is no ${rowWords[place.kind][0]} here`;
}

function noChoice(state: State): string | undefined {
  if (currentPlace(state).kind === "packages") {
    return "open the package; its file sets and files can be chosen";
  }
  return noRow(state);
}

function noDownload(state: State): string | undefined {
  const hasMarks = viewOf(state, currentPlace(state)).marks.size > 0;
  if (!hasMarks && currentEntry(state)?.kind === "gap") return "this row is what is missing";
  return hasMarks ? undefined : noChoice(state);
}

/** What is done with the rows of tables. */
export const placeCommands: readonly Command[] = [
  {
    id: "open",
    group: "List",
    title: "open",
    about: "Open the row under the cursor",
    keys: ["enter", "right", "l"],
    shown: "Enter → l",
    where: tables,
    hint: 90,
    unavailable: noRow,
    run: ({ actions }) => actions.open(),
  },
  {
    id: "end-range",
    group: "Files",
    title: "end the range",
    about: "Leave the range without marks",
    keys: ["escape"],
    shown: "Esc",
    where: tables,
    binds: (state) => viewOf(state, currentPlace(state)).rangeFrom !== undefined,
    hint: 61,
    keyOnly: true,
    run: ({ actions }) => actions.endRange(),
  },
  {
    id: "back",
    group: "List",
    title: "back",
    about: "Back to where you came from; where rows are filtered, end the filter first",
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
    about: "Filter the rows while typing: its words must all occur, !word must not, ~word is fuzzy",
    keys: ["/"],
    shown: "/",
    where: tables,
    hint: 70,
    run: ({ actions }) => actions.startFilter(),
  },
  {
    id: "sort",
    group: "List",
    title: "sort",
    about: "Choose the column to sort by",
    keys: ["s"],
    shown: "s",
    where: tables,
    hint: 40,
    unavailable: noRow,
    run: ({ actions }) => actions.showSort(),
  },
  {
    id: "flip-sort",
    group: "List",
    title: "flip",
    about: "Turn the sort order round",
    keys: ["S"],
    shown: "S",
    where: tables,
    unavailable: noRow,
    run: ({ actions }) => actions.flipSort(),
  },
  {
    id: "newest",
    group: "List",
    title: "newest",
    about:
      "Show only the newest Init and the Deltas after it, with what is missing between; again for all",
    keys: ["n"],
    shown: "n",
    where: ["file-sets"],
    hint: 45,
    unavailable: noRow,
    run: ({ actions }) => actions.toggleNewest(),
  },
  {
    id: "reload",
    group: "List",
    title: "reload",
    about: "Ask the service again",
    keys: ["r"],
    shown: "r",
    where: listed,
    hint: 30,
    run: ({ actions }) => actions.reload(),
  },
  {
    id: "mark",
    group: "Files",
    title: "mark",
    about: "Mark the row, or take its mark away, and move on",
    keys: ["space"],
    shown: "Space",
    where: listed,
    hint: 50,
    unavailable: noChoice,
    run: ({ actions }) => actions.toggleMark(),
  },
  {
    id: "mark-all",
    group: "Files",
    title: "mark all",
    about: "Mark all rows that are shown",
    keys: ["a"],
    shown: "a",
    where: tables,
    hint: 20,
    unavailable: noChoice,
    run: ({ actions }) => actions.markAll(),
  },
  {
    id: "mark-range",
    group: "Files",
    title: "range",
    about: "Begin a range of marks; again marks all rows up to the cursor",
    keys: ["v"],
    shown: "v",
    where: tables,
    hint: 18,
    unavailable: noChoice,
    run: ({ actions }) => actions.markRange(),
  },
  {
    id: "invert-marks",
    group: "Files",
    title: "invert",
    about: "Mark what is shown without a mark, and take the marks of the rest away",
    keys: ["*"],
    shown: "*",
    where: tables,
    unavailable: noChoice,
    run: ({ actions }) => actions.invertMarks(),
  },
  {
    id: "unmark-all",
    group: "Files",
    title: "unmark",
    about: "Take all marks away; once more gives them back",
    keys: ["A", "u"],
    shown: "A u",
    where: tables,
    unavailable: (state) => {
      const { lastMarks, marks, rangeFrom } = viewOf(state, currentPlace(state));
      const has = marks.size > 0 || rangeFrom !== undefined || lastMarks !== undefined;
      return has ? undefined : "nothing is marked";
    },
    run: ({ actions }) => actions.unmarkAll(),
  },
  {
    id: "download",
    group: "Files",
    title: "download",
    about: "Download what is marked, else the row under the cursor; a file set with all its files",
    keys: ["d"],
    shown: "d",
    where: [...listed, ...previews],
    hint: 85,
    unavailable: noDownload,
    run: ({ actions }) => void actions.download(),
  },
  {
    id: "details",
    group: "Files",
    title: "details",
    about: "Show what is known of the row: beside the rows where there is room, else over them",
    keys: ["i"],
    shown: "i",
    where: [...tables, ...previews],
    hint: 35,
    unavailable: noRow,
    run: ({ actions }) => actions.showDetails(),
  },
  {
    id: "all-details",
    group: "Files",
    title: "all details",
    about: "Show all that is known of the row, over the whole screen",
    keys: ["I"],
    shown: "I",
    where: [...tables, ...previews],
    unavailable: noRow,
    run: ({ actions }) => actions.showAllDetails(),
  },
  {
    id: "copy",
    group: "Files",
    title: "copy id",
    about: "Copy the id through the terminal, over ssh too",
    keys: ["y"],
    shown: "y",
    where: [...tables, ...previews],
    hint: 15,
    unavailable: noRow,
    run: ({ actions }) => actions.copyId(),
  },
  {
    id: "copies",
    group: "Files",
    title: "copy more",
    about: "Copy the name, the id, the path, the command that does the same, or the address",
    keys: ["Y"],
    shown: "Y",
    where: tables,
    unavailable: noRow,
    run: ({ actions }) => actions.showCopies(),
  },
];
