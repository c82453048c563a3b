import { readableCount } from "../../domain/readable.ts";
import { allKeys } from "../../keys/keymap.ts";
import { chosenInHelp } from "../../keys/overlays/help.ts";
import { paletteCommands, paletteHeight, paletteRows } from "../../keys/overlays/palette.ts";
import { menuItems } from "../../store/selectors/bucket-menu.ts";
import { choiceRows, choicesHeight, choicesOf, isChoosing } from "../../store/selectors/choices.ts";
import { activeField, inputTarget } from "../../store/selectors/input-target.ts";
import { currentPreview, currentRecord, previewCursor } from "../../store/selectors/preview.ts";
import { openRecordOf } from "../../store/selectors/preview-tree.ts";
import { tableKind } from "../../store/selectors/series.ts";
import { countsOf, currentPlace, currentRow, marksIn } from "../../store/selectors/table.ts";
import { columns } from "../../store/state/columns.ts";
import { cursorOf } from "../../store/state/list-view.ts";
import { isTable, type TableKind, type TablePlace } from "../../store/state/place.ts";
import type { Row } from "../../store/state/row.ts";
import { fieldTitles, kindTitles, masked } from "../../store/state/sign-in-form.ts";
import type { State } from "../../store/state/state.ts";
import { graphemes } from "../../text/cells.ts";
import { previewMessage } from "../screens/preview-lines.ts";
import { tableMessage } from "../screens/table-message.ts";

function valuesOf(kind: TableKind, entry: Row, nowMs: number): string[] {
  return columns[kind].flatMap(({ extra, id, text, title }) => {
    const value = id === "name" || extra ? "" : text(entry, nowMs);
    return value === "" || value === "–" ? [] : [`${title} ${value}`.trim()];
  });
}

function rowText(state: State, place: TablePlace): string {
  const entry = currentRow(state);
  if (!entry) {
    const paragraphs = tableMessage(state, place) ?? [];
    return paragraphs
      .map(({ text }) => text)
      .filter((text) => text !== "")
      .join(" ");
  }
  if (entry.kind === "gap") return entry.name;
  const marked = marksIn(state, place).has(entry.id) ? ["marked"] : [];
  const { row, shown } = countsOf(state, place);
  const of = `${readableCount(row)} of ${readableCount(shown)}`;
  return `${of}: ${[entry.name, ...marked, ...valuesOf(tableKind(state, place), entry, state.nowMs)].join(", ")}`;
}

function choiceText(state: State, list: Parameters<typeof cursorOf>[0]): string {
  const { index } = cursorOf(list, choiceRows(state), choicesHeight(state));
  const choice = choicesOf(state)[index];
  return choice ? [choice.title, choice.about].filter((part) => part !== "").join(": ") : "";
}

/** Empty without a cursor, as in a field. */
export function cursorText(state: State): string {
  const { overlay } = state;
  if (isChoosing(overlay)) return choiceText(state, overlay.list);
  switch (inputTarget(state)) {
    case "help":
    case "help-filter": {
      const command = chosenInHelp(state);
      return command ? `${allKeys(state, command)}: ${command.about}` : "No key matches.";
    }
    case "palette": {
      const list = overlay?.kind === "palette" ? overlay.list : { index: 0, offset: 0 };
      const { index } = cursorOf(list, paletteRows(state), paletteHeight(state));
      const command = paletteCommands(state)[index];
      return command ? `${command.title}: ${command.about}` : "No command matches.";
    }
    case "bucket-menu": {
      const item = menuItems(state.bucket).find(
        ({ bucket }) => bucket === state.bucket.highlighted,
      );
      return item ? [item.bucket, item.about].filter((part) => part !== "").join(": ") : "";
    }
    default: {
      const place = currentPlace(state);
      if (overlay || state.session.phase !== "signed-in") return "";
      if (place.kind === "preview") return previewText(state);
      return isTable(place) ? rowText(state, place) : "";
    }
  }
}

/** A field's label and the part of its content that may be spoken. */
export interface FieldText {
  label: string;
  text: string;
}

function labelOf(state: State): string {
  const { focus } = state.session.form;
  switch (inputTarget(state)) {
    case "sign-in":
      return focus === "kind" ? "" : fieldTitles[focus];
    case "filter":
    case "help-filter":
      return "Filter";
    case "search":
      return "Search";
    case "palette":
      return "Command";
    case "folder":
      return "Folder";
    case "rate":
      return "Rate";
    default:
      return "Bucket";
  }
}

/** The kind of sign-in counts as a field. */
export function fieldText(state: State): FieldText | undefined {
  const { form } = state.session;
  if (inputTarget(state) === "sign-in-kind") {
    return { label: "Sign in with", text: kindTitles[form.kind] };
  }
  const field = activeField(state);
  if (!field) return undefined;
  const isSecret =
    inputTarget(state) === "sign-in" && form.focus !== "kind" && masked.includes(form.focus);
  return {
    label: labelOf(state),
    text: isSecret ? "*".repeat(graphemes(field.text).length) : field.text,
  };
}

/** The record under the cursor, the line of the open record, or the reason for the lack of a record. */
function previewText(state: State): string {
  const preview = currentPreview(state);
  if (!preview) return "";
  const row = currentRecord(state);
  if (!row || preview.phase !== "ready") {
    const texts = (previewMessage(preview) ?? []).map(({ text }) => text);
    return texts.filter((text) => text !== "").join(" ");
  }
  const line = openRecordOf(state)?.current;
  if (line) return `${line.label} ${line.value}`.trim();
  const cells = row.cells.flatMap((cell, index) =>
    cell === "" ? [] : [`${preview.columns[index]?.name ?? ""} ${cell}`.trim()],
  );
  const { index } = previewCursor(state, preview);
  return `${readableCount(index + 1)} of ${readableCount(preview.rows.length)}: ${cells.join(", ")}`;
}
