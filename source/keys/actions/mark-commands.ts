import { currentPlace, viewOf } from "../../store/selectors/table.ts";
import type { State } from "../../store/state/state.ts";
import { type Command, downloadable, markable } from "../command.ts";
import { noItem, noRow } from "./no-row.ts";

/** A range ends on any row. */
function noMark(state: State): string | undefined {
  const isRange = viewOf(state, currentPlace(state)).rangeFrom !== undefined;
  return isRange ? noRow(state) : noItem(state);
}

/** What chooses several rows. */
export const markCommands: readonly Command[] = [
  {
    id: "mark",
    group: "Files",
    title: "mark",
    about: "Mark the row, or take its mark away, and move on",
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
    about: "Mark all rows that are shown",
    keys: ["a"],
    where: markable,
    hint: 20,
    unavailable: noRow,
    run: ({ actions }) => actions.markAll(),
  },
  {
    id: "mark-range",
    group: "Files",
    title: "range",
    about: "Begin a range of marks; again marks all rows up to the cursor",
    keys: ["v"],
    where: markable,
    hint: 18,
    unavailable: noRow,
    run: ({ actions }) => actions.markRange(),
  },
  {
    id: "invert-marks",
    group: "Files",
    title: "invert",
    about: "Mark what is shown without a mark, and take the marks of the rest away",
    keys: ["*"],
    where: markable,
    unavailable: noRow,
    run: ({ actions }) => actions.invertMarks(),
  },
  {
    id: "unmark-all",
    group: "Files",
    title: "unmark",
    about: "Take all marks away; once more gives them back",
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
