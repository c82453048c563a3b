import type { TextField } from "../../store/state/text-field.ts";
import { cellWidth, graphemes } from "../../text/cells.ts";
import type { Span } from "../theme.ts";

export interface FieldStyle {
  cells: number;
  focused: boolean;
  masked?: boolean;
}

function tail(parts: readonly string[], cells: number): string {
  let used = 0;
  let from = parts.length;
  while (from > 0) {
    used += cellWidth(parts[from - 1] ?? "");
    if (used > cells) break;
    from--;
  }
  return parts.slice(from).join("");
}

function head(parts: readonly string[], cells: number): string {
  let used = 0;
  let to = 0;
  for (; to < parts.length; to++) {
    used += cellWidth(parts[to] ?? "");
    if (used > cells) break;
  }
  return parts.slice(0, to).join("");
}

/** Exactly `cells` cells, with the caret always visible. */
export function fieldSpans(field: TextField, { cells, focused, masked }: FieldStyle): Span[] {
  const show = (text: string) => (masked ? graphemes(text).map(() => "•") : graphemes(text));
  const before = show(field.text.slice(0, field.caret));
  const after = show(field.text.slice(field.caret));
  if (!focused) {
    const text = head([...before, ...after], cells);
    return [{ text: text + " ".repeat(Math.max(0, cells - cellWidth(text))), tone: "field" }];
  }
  const caret = after[0] ?? " ";
  const left = tail(before, cells - cellWidth(caret));
  const right = head(after.slice(1), cells - cellWidth(left) - cellWidth(caret));
  const used = cellWidth(left) + cellWidth(caret) + cellWidth(right);
  return [
    { text: left, tone: field.selected ? "selected" : "field" },
    { text: caret, tone: "caret" },
    { text: right + " ".repeat(Math.max(0, cells - used)), tone: "field" },
  ];
}
