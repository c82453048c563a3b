import { Box } from "ink";
import type { ReactNode } from "react";
import { hasOverlayBox, overlayColumns, overlayOrigin } from "../../store/selectors/layout.ts";
import { overlayTitles } from "../../store/state/overlay.ts";
import type { State } from "../../store/state/state.ts";
import { truncateEnd } from "../../text/cells.ts";
import { useProgramState } from "../program-context.ts";
import type { Span } from "../theme.ts";
import { Lines } from "../widgets.tsx";

function frameLines(title: string, cells: number, rows: number): Span[][] {
  const shown = truncateEnd(title, Math.max(1, cells - 4));
  const rest = "─".repeat(Math.max(0, cells - shown.length - 3));
  const inside = `│${" ".repeat(cells)}│`;
  return [
    [{ text: "┌─ " }, { text: shown, tone: "strong" }, { text: ` ${rest}┐` }],
    ...Array.from({ length: rows }, (): Span[] => [{ text: inside }]),
    [{ text: `└${"─".repeat(cells)}┘` }],
  ];
}

interface OverlayBoxProps {
  /** Lines of the content; the box is as high. */
  rows: number;
  children: ReactNode;
}

/** Draws its content in a box over the rows of the screen, or in their place on a small screen. */
export function OverlayBox({ children, rows }: OverlayBoxProps): ReactNode {
  const state: State = useProgramState((all) => all);
  if (!state.overlay || !hasOverlayBox(state)) return children;
  const cells = overlayColumns(state);
  const { column, row } = overlayOrigin(state);
  const title = overlayTitles[state.overlay.kind];
  return (
    <>
      <Box position="absolute" flexDirection="column" top={row - 1} left={column - 1}>
        <Lines lines={frameLines(title, cells, rows)} />
      </Box>
      <Box position="absolute" flexDirection="column" top={row} left={column} width={cells}>
        {children}
      </Box>
    </>
  );
}
