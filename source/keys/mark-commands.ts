import { currentPlace, viewOf } from "../store/selectors/table.ts";
import type { State } from "../store/state.ts";
import { type Command, listed, tables } from "./command.ts";
import { noChoice, noItem } from "./no-row.ts";

/** A range ends on any row. */
function noMark(state: State): string | undefined {
  const isRange = viewOf(state, currentPlace(state)).rangeFrom !== undefined;
  return noChoice(state) ?? (isRange ? undefined : noItem(state));
}

/** What chooses several rows. */
export const markCommands: readonly Command[] = [
  {
    id: "mark",
    group: "Files",
    title: "mark",
    about: "Mark the row, or take its mark away, and move on",
    keys: ["space"],
    where: listed,
    hint: 50,
    unavailable: noMark,
    run: ({ actions }) => actions.toggleMark(),
  },
  {
    id: "mark-all",
    group: "Files",
    title: "mark all",
    about: "Mark all rows that are shown",
    keys: ["a"],
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
    where: tables,
    unavailable: (state) => {
      const { lastMarks, marks, rangeFrom } = viewOf(state, currentPlace(state));
      const has = marks.size > 0 || rangeFrom !== undefined || lastMarks !== undefined;
      return has ? undefined : "nothing is marked";
    },
    run: ({ actions }) => actions.unmarkAll(),
  },
];
