import type { ReactNode } from "react";
import { type Command, currentTitle } from "../../keys/command.ts";
import {
  paletteCommands,
  paletteHeight,
  paletteKeys,
  paletteRows,
} from "../../keys/overlays/palette.ts";
import { cursorOf } from "../../store/state/list-view.ts";
import type { Overlay } from "../../store/state/overlay.ts";
import type { State } from "../../store/state/state.ts";
import { fitCells } from "../../text/cells.ts";
import { useProgramState, useTheme } from "../program-context.ts";
import { fieldSpans } from "../spans.ts";
import type { Span } from "../theme.ts";
import { Line, PaintedLine } from "../widgets.tsx";

const titleCells = 16;
const keyCells = 12;

function commandSpans(command: Command, state: State): Span[] {
  const { about, unavailable } = command;
  const reason = unavailable?.(state);
  const text = reason === undefined ? about : `${about} – not now: ${reason}`;
  const room = Math.max(1, state.viewport.columns - titleCells - keyCells - 6);
  return [
    {
      text: `   ${fitCells(currentTitle(state, command), titleCells)}`,
      tone: reason === undefined ? "strong" : "muted",
    },
    { text: fitCells(paletteKeys(state, command), keyCells), tone: "muted" },
    { text: ` ${fitCells(text, room)}  `, tone: reason === undefined ? "plain" : "muted" },
  ];
}

const nothing: Span[] = [
  { text: "   No command matches. ^U clears the text; Esc closes.", tone: "muted" },
];

export function PaletteOverlay({
  overlay,
}: {
  overlay: Extract<Overlay, { kind: "palette" }>;
}): ReactNode {
  const state = useProgramState((all) => all);
  const theme = useTheme();
  const height = paletteHeight(state);
  const { index, top } = cursorOf(overlay.list, paletteRows(state), height);
  const cells = Math.max(8, state.viewport.columns - 8);
  const commands = paletteCommands(state).slice(top, top + height);
  return (
    <>
      <Line
        spans={[
          { text: " : ", tone: "accent" },
          ...fieldSpans(overlay.field, { cells, focused: true }),
        ]}
      />
      <Line spans={commands.length === 0 ? nothing : []} />
      {commands.map((command, line) => {
        const spans = commandSpans(command, state);
        const text = top + line === index ? theme.paintCursor(spans) : theme.paint(spans);
        return <PaintedLine key={command.id} text={text} />;
      })}
    </>
  );
}
