import {
  currentRecord,
  hasMoreRight,
  previewCursor,
  readyPreview,
} from "../../store/selectors/preview.ts";
import { currentRow } from "../../store/selectors/table.ts";
import type { State } from "../../store/state/state.ts";
import { type Command, downloadable, previews } from "../command.ts";
import { noItem, notReady } from "./rows.ts";

function noPreview(state: State): string | undefined {
  return noItem(state) ?? notReady(state, [currentRow(state)]);
}

function noTree(state: State): string | undefined {
  const format = readyPreview(state)?.format;
  if (currentRecord(state) === undefined) return "there is no record here";
  if (format === "zip") return "a zip has entries; Enter opens one";
  return format === "binary" ? "this is binary data without records" : undefined;
}

function noOpening(state: State): string | undefined {
  return readyPreview(state)?.format === "zip" ? undefined : noTree(state);
}

function noColumnBefore(state: State): string | undefined {
  return (readyPreview(state)?.shift ?? 0) === 0 ? "this is the first column" : undefined;
}

function noColumnAfter(state: State): string | undefined {
  const preview = readyPreview(state);
  const hasMore = preview && hasMoreRight(preview, state.viewport.columns);
  return hasMore ? undefined : "this is the last column";
}

function noRecordBeside(state: State, by: 1 | -1): string | undefined {
  const preview = readyPreview(state);
  if (!preview || preview.rows[previewCursor(state, preview).index + by]) return undefined;
  if (by < 0) return "this is the first record";
  return preview.isOver ? "this is the last record" : "more is being read";
}

export const previewCommand: Command = {
  id: "preview",
  group: "Files",
  title: "preview",
  about:
    "Show the first records, fetching only the beginning of the file; of a file set its first file",
  keys: ["p"],
  where: downloadable,
  hint: 78,
  unavailable: noPreview,
  run: ({ actions }) => actions.showPreview(),
};

export const previewCommands: readonly Command[] = [
  {
    id: "open-record",
    group: "Preview",
    title: "open",
    about: "Show the record as a tree; of a zip, preview the entry",
    keys: ["enter", "right", "l"],
    where: ["preview"],
    hint: 90,
    unavailable: noOpening,
    run: ({ actions }) => actions.openRecord(),
  },
  {
    id: "tree",
    group: "Preview",
    title: "table, tree",
    about: "Change between the table and the record as a tree",
    keys: ["v", "tab"],
    where: previews,
    hint: 75,
    unavailable: noTree,
    run: ({ actions }) => actions.toggleTree(),
  },
  {
    id: "columns-after",
    group: "Preview",
    title: "right",
    about: "Show the columns further right",
    keys: [">", "shift-right"],
    where: ["preview"],
    hint: 71,
    unavailable: noColumnAfter,
    run: ({ actions }) => actions.shiftPreview(1),
  },
  {
    id: "columns-before",
    group: "Preview",
    title: "left",
    about: "Show the columns further left",
    keys: ["<", "shift-left"],
    where: ["preview"],
    hint: 70,
    unavailable: noColumnBefore,
    run: ({ actions }) => actions.shiftPreview(-1),
  },
  {
    id: "next-record",
    group: "Preview",
    title: "next record",
    about: "Show the tree of the next record",
    keys: [">", "shift-right"],
    where: ["record"],
    hint: 85,
    unavailable: (state) => noRecordBeside(state, 1),
    run: ({ actions }) => actions.stepRecord("down"),
  },
  {
    id: "previous-record",
    group: "Preview",
    title: "record before",
    about: "Show the tree of the record before",
    keys: ["<", "shift-left"],
    where: ["record"],
    hint: 84,
    unavailable: (state) => noRecordBeside(state, -1),
    run: ({ actions }) => actions.stepRecord("up"),
  },
  {
    id: "back-from-preview",
    group: "Preview",
    title: "back",
    about: "Out of the tree, then back to the list; what is being read is stopped",
    keys: ["escape", "left", "h", "backspace"],
    shown: "Esc ← h",
    where: previews,
    hint: 60,
    run: ({ actions }) => actions.backInPreview(),
  },
  {
    id: "reload-preview",
    group: "Preview",
    title: "read again",
    about: "Read the beginning of the file again",
    keys: ["r"],
    where: previews,
    hint: 30,
    run: ({ actions }) => actions.reloadPreview(),
  },
];
