import { hasRoomBeside, paneOf } from "../../store/selectors/layout.ts";
import {
  currentPreview,
  currentRecord,
  firstScrolled,
  hasMoreRight,
  isFrozen,
  isLines,
  readyPreview,
} from "../../store/selectors/preview.ts";
import { currentRow } from "../../store/selectors/table.ts";
import type { State } from "../../store/state/state.ts";
import { type Command, downloadable, previews, type Reason } from "../command.ts";
import { noItem, notReady } from "./rows.ts";

/** True if the file, or the rest of it, could not be read. */
function isUnread(state: State): boolean {
  const preview = currentPreview(state);
  return preview?.phase === "failed" || (preview?.phase === "ready" && preview.error !== undefined);
}

function noPreview(state: State): Reason | undefined {
  return noItem(state) ?? notReady(state, [currentRow(state)]);
}

function noRecord(state: State): string | undefined {
  const format = readyPreview(state)?.format;
  if (currentRecord(state) === undefined) return "there is no record here";
  if (format === "zip") return "a zip has no records; Enter opens an entry";
  return format === "binary" ? "binary data has no records" : undefined;
}

function noOpening(state: State): string | undefined {
  return readyPreview(state)?.format === "zip" ? undefined : noRecord(state);
}

function noCopying(state: State): string | undefined {
  return currentRecord(state) ? undefined : "there is no record here";
}

function noColumnBefore(state: State): string | undefined {
  const preview = readyPreview(state);
  const first = preview && isFrozen(preview) ? 1 : 0;
  return preview && firstScrolled(preview) > first ? undefined : "this is the first column";
}

function noFreezing(state: State): string | undefined {
  const preview = readyPreview(state);
  if (!preview || isLines(preview)) return "there are no columns here";
  return preview.columns.length > 1 ? undefined : "there is only one column";
}

function noColumnAfter(state: State): string | undefined {
  const preview = readyPreview(state);
  const hasMore = preview && hasMoreRight(preview, state.viewport.columns);
  return hasMore ? undefined : "this is the last column";
}

function noPreviewBeside(state: State): Reason | undefined {
  if (!hasRoomBeside(state)) return "no room beside the rows; p opens the preview";
  return currentRow(state)?.kind === "series" ? noItem(state) : undefined;
}

/** On lists. */
export const listPreviewCommands: readonly Command[] = [
  {
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
  },
  {
    id: "preview-beside",
    group: "Files",
    title: "preview beside",
    titleNow: (state) => (paneOf(state) === "preview" ? "close preview" : undefined),
    about: "Toggle preview beside rows",
    more: "Follows the cursor: fetches the beginning of a file once the cursor rests on its row.",
    keys: ["P"],
    where: downloadable,
    hint: 33,
    unavailable: noPreviewBeside,
    run: ({ actions }) => actions.togglePreviewBeside(),
  },
];

export const previewCommands: readonly Command[] = [
  {
    id: "open-record",
    group: "Preview",
    title: "open",
    about: "Open record or zip entry",
    keys: ["enter"],
    where: ["preview"],
    hint: 90,
    unavailable: noOpening,
    run: ({ actions }) => actions.openRecord(),
  },
  {
    id: "tree",
    group: "Preview",
    title: "table/record",
    about: "Switch table and record",
    keys: ["v", "tab"],
    where: previews,
    hint: 68,
    unavailable: noRecord,
    run: ({ actions }) => actions.toggleTree(),
  },
  {
    id: "columns-after",
    group: "Preview",
    title: "right",
    about: "Scroll right",
    keys: ["right", "l", ">", "shift-right"],
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
    keys: ["left", "h", "<", "shift-left"],
    where: ["preview"],
    hint: 70,
    unavailable: noColumnBefore,
    run: ({ actions }) => actions.shiftPreview(-1),
  },
  {
    id: "freeze-column",
    group: "Preview",
    title: "freeze",
    about: "Freeze first column",
    more: "Again releases it.",
    keys: ["f"],
    where: ["preview"],
    hint: 45,
    unavailable: noFreezing,
    run: ({ actions }) => actions.toggleFrozen(),
  },
  {
    id: "copy-record",
    group: "Preview",
    title: "copy record",
    about: "Copy record",
    keys: ["y"],
    where: ["preview"],
    hint: 15,
    unavailable: noCopying,
    run: ({ actions }) => actions.copyRecord(),
  },
  {
    id: "back-from-preview",
    group: "Preview",
    title: "back",
    titleNow: (state) => (currentPreview(state)?.phase === "opening" ? "stop" : undefined),
    about: "Go back",
    more: "Closes the record first, and stops reading.",
    keys: ["escape", "backspace"],
    shown: "Esc",
    where: previews,
    hint: 73,
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
    hintNow: (state) => (isUnread(state) ? 92 : undefined),
    run: ({ actions }) => actions.reloadPreview(),
  },
];
