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
  return format === "binary" ? "binary data has no records" : undefined;
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
  return preview.isOver ? "this is the last record" : "it is still being read";
}

export const previewCommand: Command = {
  id: "preview",
  group: "Files",
  title: "preview",
  about: "Preview first records",
  more: "Fetches only the beginning of the file. Of a file set, previews the first file.",
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
    about: "Open record or zip entry",
    keys: ["enter", "right", "l"],
    where: ["preview"],
    hint: 90,
    unavailable: noOpening,
    run: ({ actions }) => actions.openRecord(),
  },
  {
    id: "tree",
    group: "Preview",
    title: "table/tree",
    about: "Switch table and tree",
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
    about: "Scroll right",
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
    about: "Scroll left",
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
    id: "back-from-preview",
    group: "Preview",
    title: "back",
    about: "Go back",
    more: "Leaves the tree first, and stops reading.",
    keys: ["escape", "left", "h", "backspace"],
    shown: "Esc ← h",
    where: previews,
    hint: 60,
    run: ({ actions }) => actions.backInPreview(),
  },
  {
    id: "reload-preview",
    group: "Preview",
    title: "refresh",
    about: "Refresh",
    keys: ["r"],
    where: previews,
    hint: 30,
    run: ({ actions }) => actions.reloadPreview(),
  },
];
