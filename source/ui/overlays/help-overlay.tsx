import type { ReactNode } from "react";
import {
  chosenInHelp,
  type HelpLine,
  helpHeight,
  helpKeyCells,
  helpLines,
} from "../../keys/overlays/help.ts";
import { overlayColumns, overlayRows } from "../../store/selectors/layout.ts";
import type { Overlay } from "../../store/state/overlay.ts";
import type { State } from "../../store/state/state.ts";
import { fitCells, truncateEnd } from "../../text/cells.ts";
import { useProgramState } from "../program-context.ts";
import { fieldSpans } from "../spans.ts";
import type { Span } from "../theme.ts";
import { Line, ListLine } from "../widgets.tsx";
import { OverlayBox } from "./overlay-box.tsx";

type HelpState = Extract<Overlay, { kind: "help" }>;

function lineSpans(line: HelpLine, columns: number): Span[] {
  if (line.kind === "heading") return [{ text: ` ${line.text}`, tone: "accent" }];
  const about = truncateEnd(line.about, Math.max(1, columns - helpKeyCells - 6));
  return [{ text: `   ${fitCells(line.shown, helpKeyCells)}  `, tone: "strong" }, { text: about }];
}

function fieldLine({ field, isTyping }: HelpState, columns: number): Span[] {
  if (!isTyping && field.text === "") {
    return [{ text: truncateEnd("   Enter runs the selected command.", columns), tone: "muted" }];
  }
  const cells = Math.max(8, columns - 6);
  return [{ text: " / ", tone: "accent" }, ...fieldSpans(field, { cells, focused: isTyping })];
}

/** Keeps the selected line in the middle. */
function topLine(lines: readonly HelpLine[], chosenId: string | undefined, height: number): number {
  const at = lines.findIndex((line) => line.kind === "keys" && line.id === chosenId);
  return Math.max(0, Math.min(at - Math.floor(height / 2), lines.length - height));
}

export function HelpOverlay({ overlay }: { overlay: HelpState }): ReactNode {
  const state: State = useProgramState((all) => all);
  const columns = overlayColumns(state);
  const lines = helpLines(state);
  const height = helpHeight(state);
  const chosen = chosenInHelp(state)?.id;
  const first = topLine(lines, chosen, height);
  const nothing: Span[] = [{ text: "   No key matches. Esc shows all.", tone: "muted" }];
  return (
    <OverlayBox rows={overlayRows(state)}>
      <Line spans={fieldLine(overlay, columns)} />
      {lines.length === 0 ? <Line spans={nothing} /> : null}
      {lines.slice(first, first + height).map((line, index) => {
        const spans = lineSpans(line, columns);
        const isChosen = line.kind === "keys" && line.id === chosen;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place
          <ListLine key={first + index} spans={spans} isCursor={isChosen} cells={columns} />
        );
      })}
    </OverlayBox>
  );
}
