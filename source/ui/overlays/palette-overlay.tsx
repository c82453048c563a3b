import type { ReactNode } from "react";
import { type Command, currentTitle, reasonText } from "../../keys/command.ts";
import {
  paletteCommands,
  paletteHeight,
  paletteKeys,
  paletteRows,
} from "../../keys/overlays/palette.ts";
import { overlayColumns, overlayRows } from "../../store/selectors/layout.ts";
import { cursorOf } from "../../store/state/list-view.ts";
import type { Overlay } from "../../store/state/overlay.ts";
import type { State } from "../../store/state/state.ts";
import { fitCells } from "../../text/cells.ts";
import { useProgramState } from "../program-context.ts";
import { fieldSpans } from "../spans.ts";
import type { Span } from "../theme.ts";
import { Line, ListLine } from "../widgets.tsx";
import { OverlayBox } from "./overlay-box.tsx";

const titleCells = 16;
const keyCells = 12;

function commandSpans(command: Command, state: State): Span[] {
  const { about, unavailable } = command;
  const reason = unavailable?.(state);
  const text = reason === undefined ? about : `${about} – not now: ${reasonText(reason)}`;
  const room = Math.max(1, overlayColumns(state) - titleCells - keyCells - 6);
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
  const height = paletteHeight(state);
  const { index, top } = cursorOf(overlay.list, paletteRows(state), height);
  const columns = overlayColumns(state);
  const cells = Math.max(8, columns - 8);
  const commands = paletteCommands(state).slice(top, top + height);
  return (
    <OverlayBox rows={overlayRows(state)}>
      <Line
        spans={[
          { text: " : ", tone: "accent" },
          ...fieldSpans(overlay.field, { cells, focused: true }),
        ]}
      />
      <Line spans={commands.length === 0 ? nothing : []} />
      {commands.map((command, line) => {
        const spans = commandSpans(command, state);
        const isCursor = top + line === index;
        return <ListLine key={command.id} spans={spans} isCursor={isCursor} cells={columns} />;
      })}
    </OverlayBox>
  );
}
