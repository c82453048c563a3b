import type { ReactNode } from "react";
import { overlayColumns, overlayRows } from "../../store/selectors/layout.ts";
import { type MessageLine, messageLines } from "../../store/selectors/messages.ts";
import type { State } from "../../store/state/state.ts";
import { levelTones } from "../frame/status.ts";
import { useProgramState } from "../program-context.ts";
import { detailSpans, fitSpans } from "../spans.ts";
import type { Span } from "../theme.ts";
import { Lines } from "../widgets.tsx";
import { OverlayBox } from "./overlay-box.tsx";

function messageSpans({ level, text, time }: MessageLine): Span[] {
  const word = time === "" ? "" : level;
  return [
    { text: `   ${time.padEnd(10)}`, tone: "muted" },
    { text: word.padEnd(9), tone: levelTones[level] },
    { text },
  ];
}

function linesOf(state: State): Span[][] {
  if (state.overlay?.kind === "notices") return messageLines(state).map(messageSpans);
  return detailSpans(state, "   ", overlayColumns(state));
}

export function TextOverlay({ top }: { top: number }): ReactNode {
  const state = useProgramState((all) => all);
  const lines = linesOf(state);
  const height = overlayRows(state);
  const columns = overlayColumns(state);
  const first = Math.max(0, Math.min(top, lines.length - height));
  const shown = lines.slice(first, first + height);
  return (
    <OverlayBox rows={shown.length}>
      <Lines lines={shown.map((spans) => fitSpans(spans, columns))} first={first} />
    </OverlayBox>
  );
}
