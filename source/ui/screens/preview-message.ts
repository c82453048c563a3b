import type { PreviewSlice } from "../../store/state/preview.ts";
import type { Paragraph } from "../spans/paragraph-lines.ts";

/** What stands in place of the records where there are none. */
export function previewMessage({
  error,
  format,
  isReading,
  phase,
  rows,
}: PreviewSlice): Paragraph[] | undefined {
  if (rows.length > 0) return undefined;
  if (phase === "opening" || isReading) return [];
  const blank: Paragraph = { text: "" };
  if (error) {
    const what: Paragraph = { text: "The file could not be previewed.", tone: "bad" };
    const help: Paragraph = { text: "r tries again. Esc goes back.", tone: "muted" };
    return [blank, what, blank, { text: error.message }, blank, help];
  }
  const texts = {
    csv: "This file has a header and no records below it.",
    zip: "There is nothing in this zip.",
  };
  const text = format === "csv" || format === "zip" ? texts[format] : "This file is empty.";
  return [blank, { text }, { text: "Esc goes back.", tone: "muted" }];
}
