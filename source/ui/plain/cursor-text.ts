import { readableCount } from "../../domain/readable.ts";
import { chosenInHelp } from "../../keys/help.ts";
import { allKeys } from "../../keys/keymap.ts";
import { paletteHeight, paletteRows } from "../../keys/overlay-commands.ts";
import { paletteCommands } from "../../keys/palette.ts";
import { choicesHeight } from "../../store/choices-layout.ts";
import { columns } from "../../store/columns.ts";
import type { Entry } from "../../store/entry.ts";
import { cursorOf } from "../../store/list-view.ts";
import { isTable, type TableKind, type TablePlace } from "../../store/place.ts";
import { choiceRows, choicesOf } from "../../store/selectors/choices.ts";
import { countsOf } from "../../store/selectors/counts.ts";
import { menuItems } from "../../store/selectors/menu.ts";
import { currentEntry, currentPlace, marksIn } from "../../store/selectors/table.ts";
import { whereIs } from "../../store/selectors/where.ts";
import type { State } from "../../store/state.ts";
import { tableMessage } from "../screens/table-message.ts";
import { previewText } from "./preview-text.ts";

function valuesOf(kind: TableKind, entry: Entry, nowMs: number): string[] {
  return columns[kind].flatMap(({ id, text, title }) => {
    const value = id === "name" ? "" : text(entry, nowMs);
    return value === "" || value === "–" ? [] : [`${title} ${value}`.trim()];
  });
}

function rowText(state: State, place: TablePlace): string {
  const entry = currentEntry(state);
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
  return `${of}: ${[entry.name, ...marked, ...valuesOf(place.kind, entry, state.nowMs)].join(", ")}`;
}

function choiceText(state: State, list: Parameters<typeof cursorOf>[0]): string {
  const { index } = cursorOf(list, choiceRows(state), choicesHeight(state));
  const choice = choicesOf(state)[index];
  return choice ? [choice.title, choice.about].filter((part) => part !== "").join(": ") : "";
}

/** What is under the cursor, in words; empty where there is no cursor, as in a field. */
export function cursorText(state: State): string {
  const { overlay } = state;
  switch (whereIs(state)) {
    case "help":
    case "help-filter": {
      const command = chosenInHelp(state);
      return command ? `${allKeys(state, command)}: ${command.about}` : "No key has that in it.";
    }
    case "palette": {
      const list = overlay?.kind === "palette" ? overlay.list : { index: 0, offset: 0 };
      const { index } = cursorOf(list, paletteRows(state), paletteHeight(state));
      const command = paletteCommands(state)[index];
      return command ? `${command.title}: ${command.about}` : "No command has that in it.";
    }
    case "sort":
    case "copy":
    case "settings":
    case "taken":
      return overlay && "list" in overlay ? choiceText(state, overlay.list) : "";
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
