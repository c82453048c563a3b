import { cellWidth, truncateEnd } from "../../text/cells.ts";
import type { Span } from "../theme.ts";

export function spansWidth(spans: readonly Span[]): number {
  return spans.reduce((sum, { text }) => sum + cellWidth(text), 0);
}

/** The span that crosses the end is truncated. */
export function fitSpans(spans: readonly Span[], cells: number): Span[] {
  const kept: Span[] = [];
  let remaining = cells;
  for (const span of spans) {
    const width = cellWidth(span.text);
    if (width > remaining) {
      kept.push({ ...span, text: truncateEnd(span.text, remaining) });
      return kept;
    }
    kept.push(span);
    remaining -= width;
  }
  return kept;
}

/** The left side gives way. */
export function spreadSpans(left: readonly Span[], right: readonly Span[], cells: number): Span[] {
  const end = fitSpans(right, cells);
  const room = cells - spansWidth(end);
  const begin = fitSpans(left, Math.max(0, end.length > 0 ? room - 2 : room));
  return [...begin, { text: " ".repeat(Math.max(0, room - spansWidth(begin))) }, ...end];
}

/** "[####------]"; empty if the share is unknown. */
export function progressBar(share: number | undefined, cells: number): string {
  const inside = Math.max(0, cells - 2);
  if (share === undefined) return `[${" ".repeat(inside)}]`;
  const full = share >= 1 ? inside : Math.min(inside - 1, Math.floor(share * inside));
  const filled = Math.max(0, full);
  return `[${"#".repeat(filled)}${"-".repeat(inside - filled)}]`;
}
