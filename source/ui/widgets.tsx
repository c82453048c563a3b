import { Text } from "ink";
import SelectInput from "ink-select-input";
import { type FC, memo, type ReactNode } from "react";
import { counted } from "../domain/readable.ts";
import { useProgramState, useRestedState, useTheme } from "./program-context.ts";
import { detailSpans, fillSpans, fitSpans, type Paragraph, paragraphLines } from "./spans.ts";
import type { Span } from "./theme.ts";

export const PaintedLine = memo(function PaintedLine({ text }: { text: string }): ReactNode {
  // An empty text would have no height.
  return <Text wrap="truncate-end">{text === "" ? " " : text}</Text>;
});

export function Line({ spans }: { spans: readonly Span[] }): ReactNode {
  return <PaintedLine text={useTheme().paint(spans)} />;
}

interface ListLineProps {
  spans: readonly Span[];
  isCursor: boolean;
  cells: number;
}

/** The row under the cursor is inverse over its whole width. */
export function ListLine({ cells, isCursor, spans }: ListLineProps): ReactNode {
  const theme = useTheme();
  const text = isCursor ? theme.paintCursor(fillSpans(spans, cells)) : theme.paint(spans);
  return <PaintedLine text={text} />;
}

/** A row of the screen; the cursor is bold under an overlay, which has the cursor then. */
export function RowLine({ cells, isCursor, spans }: ListLineProps): ReactNode {
  const isBeneath = useProgramState(({ overlay }) => overlay !== undefined);
  if (!isCursor || !isBeneath) return <ListLine spans={spans} isCursor={isCursor} cells={cells} />;
  return <Line spans={spans.map(({ text }) => ({ text, tone: "strong" }))} />;
}

interface LinesProps {
  lines: readonly (readonly Span[])[];
  /** The first line's number, so that scrolled lines keep their keys and are not redrawn. */
  first?: number;
}

export function Lines({ lines, first = 0 }: LinesProps): ReactNode {
  return lines.map((spans, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place
    <Line key={first + index} spans={spans} />
  ));
}

export function Message({ paragraphs }: { paragraphs: readonly Paragraph[] }): ReactNode {
  const columns = useProgramState(({ viewport }) => viewport.columns);
  return <Lines lines={paragraphLines(paragraphs, columns)} />;
}

export const paneEdge = "│ ";
/** Keeps one long name from filling the pane. */
const mostLinesOfValue = 5;

/** Exactly `height` lines. */
function filled(lines: readonly Span[][], height: number): Span[][] {
  const bare = Array.from({ length: Math.max(0, height - lines.length) }, (): Span[] => [
    { text: paneEdge, tone: "muted" },
  ]);
  return [...lines, ...bare].slice(0, height);
}

/** The last line explains how to see the rest. */
function fittingLines(lines: readonly Span[][], height: number): Span[][] {
  if (lines.length <= height) return filled(lines, height);
  const hidden = lines.length - height + 1;
  const more = `${paneEdge}… ${counted(hidden, "more line")}: I`;
  return [...lines.slice(0, height - 1), [{ text: more, tone: "muted" }]];
}

export function DetailsPane({ cells, height }: { cells: number; height: number }): ReactNode {
  const state = useRestedState();
  const lines = detailSpans(state, paneEdge, cells, mostLinesOfValue);
  return <Lines lines={fittingLines(lines, height).map((spans) => fitSpans(spans, cells))} />;
}

interface PaneLinesProps {
  lines: readonly Span[][];
  cells: number;
  height: number;
}

/** Lines behind the edge of a pane. */
export function PaneLines({ cells, height, lines }: PaneLinesProps): ReactNode {
  const edged = lines.map((spans): Span[] => [{ text: paneEdge, tone: "muted" }, ...spans]);
  return <Lines lines={filled(edged, height).map((spans) => fitSpans(spans, cells))} />;
}

interface MenuLine {
  id: string;
  spans: readonly Span[];
}

interface MenuProps {
  lines: readonly MenuLine[];
  height: number;
  cells: number;
  /** Undefined while another control has the focus. */
  chosen: number | undefined;
}

const NoIndicator = () => null;

function itemComponent({ cells, chosen, lines }: MenuProps): FC<MenuItemProps> {
  const spansOf = new Map(lines.map(({ id, spans }) => [id, spans]));
  return ({ isSelected, label }) => {
    const spans = spansOf.get(label) ?? [];
    const isCursor = isSelected === true && chosen !== undefined;
    return <ListLine spans={spans} isCursor={isCursor} cells={cells} />;
  };
}

interface MenuItemProps {
  isSelected?: boolean;
  label: string;
}

/** ink-select-input drops all but one key of a packet, so the store moves the cursor and remounts it there. */
export function Menu(props: MenuProps): ReactNode {
  const { chosen = 0, height, lines } = props;
  return (
    <SelectInput
      key={[chosen, height, ...lines.map(({ id }) => id)].join("\n")}
      items={lines.map(({ id }) => ({ label: id, value: id }))}
      initialIndex={chosen}
      limit={height}
      isFocused={false}
      indicatorComponent={NoIndicator}
      itemComponent={itemComponent(props)}
    />
  );
}
