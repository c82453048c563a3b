import type { ReactNode } from "react";
import {
  type ChoosingOverlay,
  choiceIndent,
  choiceRows,
  choicesHeight,
  choicesOf,
  descriptionLines,
  headingLines,
  isQuestion,
  linesAboveChoices,
  linesBelowChoices,
} from "../../store/selectors/choices.ts";
import type { Choice } from "../../store/selectors/copyable.ts";
import { overlayColumns } from "../../store/selectors/layout.ts";
import { cursorOf } from "../../store/state/list-view.ts";
import type { State } from "../../store/state/state.ts";
import { cellWidth, fitCells, truncateEnd, truncateMiddle } from "../../text/cells.ts";
import { useProgramState } from "../program-context.ts";
import type { Span } from "../theme.ts";
import { Lines, Menu } from "../widgets.tsx";
import { OverlayBox } from "./overlay-box.tsx";

const indent = " ".repeat(choiceIndent);
/** Shorter descriptions are not worth showing. */
const leastAbout = 12;

function headingSpans(overlay: ChoosingOverlay, state: State): Span[][] {
  const tone = isQuestion(overlay) ? "warning" : "strong";
  const lines = headingLines(overlay, state);
  if (lines.length === 0) return [];
  return [...lines.map((text): Span[] => [{ text: indent }, { text, tone }]), []];
}

function choiceSpans({ about, title }: Choice, titleCells: number, columns: number): Span[] {
  const free = columns - titleCells - indent.length - 3;
  const room = free < leastAbout ? 0 : free;
  // Paths and names differ at their ends; sentences start with what matters.
  const text = about.includes(" ") ? truncateEnd(about, room) : truncateMiddle(about, room);
  return [
    { text: `${indent}${fitCells(title, titleCells)}`, tone: "strong" },
    { text: `  ${fitCells(text, room)} `, tone: "muted" },
  ];
}

function belowSpans(chosen: Choice | undefined, state: State): Span[][] {
  if (!chosen || linesBelowChoices(state) === 0) return [];
  return [[], ...descriptionLines(chosen, state).map((text): Span[] => [{ text: indent + text }])];
}

export function ChoicesOverlay({ overlay }: { overlay: ChoosingOverlay }): ReactNode {
  const state = useProgramState((all) => all);
  const columns = overlayColumns(state);
  const height = choicesHeight(state);
  const { index, top } = cursorOf(overlay.list, choiceRows(state), height);
  const choices = choicesOf(state);
  const shown = choices.slice(top, top + height);
  const widest = Math.max(8, ...choices.map(({ title }) => cellWidth(title)));
  const titleCells = Math.min(widest, columns - indent.length - 3);
  const lines = shown.map((choice) => ({
    id: choice.id,
    spans: choiceSpans(choice, titleCells, columns),
  }));
  return (
    <OverlayBox rows={linesAboveChoices(state) + shown.length + linesBelowChoices(state)}>
      <Lines lines={headingSpans(overlay, state)} />
      <Menu lines={lines} height={height} cells={columns} chosen={index - top} />
      <Lines lines={belowSpans(choices[index], state)} />
    </OverlayBox>
  );
}
