import { previewCursor, readyPreview } from "../../store/selectors/preview.ts";
import { foldMarkOf, openRecordOf, parentLine } from "../../store/selectors/preview-tree.ts";
import type { State } from "../../store/state/state.ts";
import type { Command } from "../command.ts";

/** The field under the cursor, and what it can do. */
function fieldOf(state: State) {
  const record = openRecordOf(state);
  if (!record?.current) return undefined;
  const { current, lines, rows } = record;
  const { line } = current;
  const below = lines[lines.indexOf(line) + 1];
  return {
    line,
    mark: foldMarkOf(rows, current),
    parent: parentLine(lines, line),
    child: below && below.depth > line.depth ? below : undefined,
  };
}

/** A field that cannot fold counts as the object or list that contains it. */
function foldedByKey(state: State) {
  const field = fieldOf(state);
  return field?.mark === " " ? field.parent : field?.line;
}

function inward(state: State) {
  const field = fieldOf(state);
  return field?.mark === "+" ? undefined : field?.child;
}

function noRecordBeside(state: State, by: 1 | -1): string | undefined {
  const preview = readyPreview(state);
  if (!preview || preview.rows[previewCursor(state, preview).index + by]) return undefined;
  if (by < 0) return "this is the first record";
  return preview.isOver ? "this is the last record" : "the next records are still being read";
}

export const recordCommands: readonly Command[] = [
  {
    id: "fold",
    group: "Preview",
    title: "fold",
    about: "Fold or unfold",
    more: "Objects, lists and long texts fold.",
    keys: ["enter", "space"],
    shown: "Enter",
    where: ["record"],
    hint: 90,
    unavailable: (state) =>
      foldedByKey(state) ? undefined : "this field is short; y copies its value",
    run: ({ actions, store }) => {
      const line = foldedByKey(store.getState());
      if (line) actions.toggleFold(line);
    },
  },
  {
    id: "unfold",
    group: "Preview",
    title: "unfold",
    about: "Unfold or go inside",
    keys: ["right", "l"],
    where: ["record"],
    keyOnly: true,
    unavailable: (state) =>
      fieldOf(state)?.mark === "+" || inward(state) ? undefined : "nothing is folded here",
    run: ({ actions, store }) => {
      const field = fieldOf(store.getState());
      const child = inward(store.getState());
      if (child) actions.moveToLine(child);
      else if (field) actions.toggleFold(field.line);
    },
  },
  {
    id: "fold-around",
    group: "Preview",
    title: "fold",
    about: "Fold or go to parent",
    keys: ["left", "h"],
    where: ["record"],
    keyOnly: true,
    unavailable: (state) => {
      const field = fieldOf(state);
      if (field?.mark === "-" || field?.parent) return undefined;
      return "this is the outermost level; Esc goes back";
    },
    run: ({ actions, store }) => {
      const field = fieldOf(store.getState());
      if (field?.mark === "-") actions.toggleFold(field.line);
      else if (field?.parent) actions.moveToLine(field.parent);
    },
  },
  {
    id: "fold-all",
    group: "Preview",
    title: "fold all",
    about: "Fold all (again to unfold)",
    keys: ["z"],
    where: ["record"],
    hint: 40,
    unavailable: (state) => {
      const lines = openRecordOf(state)?.lines ?? [];
      const hasBranch = lines.some(({ value }) => value === undefined);
      return hasBranch ? undefined : "this record has no objects or lists";
    },
    run: ({ actions }) => actions.toggleAllFolds(),
  },
  {
    id: "next-record",
    group: "Preview",
    title: "next record",
    about: "Next record",
    keys: [">", "shift-right"],
    where: ["record"],
    hint: 85,
    unavailable: (state) => noRecordBeside(state, 1),
    run: ({ actions }) => actions.stepRecord("down"),
  },
  {
    id: "previous-record",
    group: "Preview",
    title: "previous record",
    about: "Previous record",
    keys: ["<", "shift-left"],
    where: ["record"],
    hint: 84,
    unavailable: (state) => noRecordBeside(state, -1),
    run: ({ actions }) => actions.stepRecord("up"),
  },
  {
    id: "copy-value",
    group: "Preview",
    title: "copy value",
    about: "Copy value",
    keys: ["y"],
    where: ["record"],
    hint: 50,
    unavailable: (state) => (fieldOf(state) ? undefined : "this record has no fields"),
    run: ({ actions }) => actions.copyValue(),
  },
];
