import type { ReactNode } from "react";
import { readableCount } from "../../domain/readable.ts";
import { overlayColumns, overlayRows } from "../../store/selectors/layout.ts";
import { quitChoices, quitQuestion } from "../../store/selectors/messages.ts";
import { isUnderWay, percent, transferShare } from "../../store/state/download-phases.ts";
import type { Overlay } from "../../store/state/overlay.ts";
import type { State } from "../../store/state/state.ts";
import { cutAlike, fitName, nameFacts } from "../../text/short-name.ts";
import { useProgramState } from "../program-context.ts";
import { fieldSpans, type Paragraph, paragraphLines } from "../spans.ts";
import type { Span } from "../theme.ts";
import { Lines } from "../widgets.tsx";
import { OverlayBox } from "./overlay-box.tsx";

/** Overlays with a text field. */
type Asked = Extract<Overlay, { kind: "folder" | "rate" }>;

type Question = Extract<Overlay, { kind: "quit" | "take-over" | Asked["kind"] }>;

function choice(keys: string, text: string): Span[] {
  return [{ text: `   ${keys.padEnd(5)}`, tone: "strong" }, { text }];
}

/** As many as fit beside the question. */
function runningLines(state: State): Span[][] {
  const columns = overlayColumns(state);
  const room = Math.max(0, overlayRows(state) - 8);
  const underWay = state.transfers.transfers.filter(isUnderWay);
  const shown = underWay.length > room ? underWay.slice(0, Math.max(0, room - 1)) : underWay;
  const more = underWay.length - shown.length;
  const cells = Math.max(8, columns - 11);
  const files = shown.map(({ file }) => file.name);
  const names = cutAlike({ of: "file", facts: nameFacts(files) }, files, cells);
  const lines = shown.map((transfer): Span[] => [
    { text: `   ${percent(transferShare(transfer)).padStart(4)}  ` },
    { text: fitName(transfer.file.name, cells, names) },
  ]);
  const rest: Span[] = [{ text: `         and ${readableCount(more)} more`, tone: "muted" }];
  return more > 0 && room > 0 ? [...lines, rest] : lines;
}

function quitLines(state: State): Span[][] {
  return [
    ...paragraphLines([{ text: quitQuestion(state), tone: "strong" }], overlayColumns(state)),
    ...runningLines(state),
    [],
    ...quitChoices(state).map(({ key, does }) => choice(key, does)),
  ];
}

function takeOverLines(state: State): Span[][] {
  const paragraphs: Paragraph[] = [
    { text: "Another program is signed in with this id. Take over?", tone: "strong" },
    { text: "The service allows one session for each id. Taking over ends the other one." },
  ];
  return [
    ...paragraphLines(paragraphs, overlayColumns(state)),
    [],
    choice("y", "take over"),
    choice("n", "cancel"),
  ];
}

function questionOf({ fromSettings, kind }: Asked): string {
  if (kind === "rate") {
    const span = fromSettings ? "now and at every start" : "until cfs quits";
    return `Rate limit ${span}: 5M, 500k, off, or by time of day: 08:00-18:00 5M, 20M`;
  }
  return fromSettings
    ? "Download folder at every start; empty for the folder that cfs is started in"
    : "Download folder until cfs quits";
}

function fieldLines(overlay: Asked, state: State): Span[][] {
  const columns = overlayColumns(state);
  const cells = Math.max(8, columns - 5);
  const problem: Paragraph[] = overlay.problem ? [{ text: overlay.problem, tone: "bad" }] : [];
  return [
    ...paragraphLines([{ text: questionOf(overlay), tone: "strong" }], columns),
    [],
    [{ text: "   " }, ...fieldSpans(overlay.field, { cells, focused: true })],
    ...paragraphLines(problem, columns),
  ];
}

function linesOf(overlay: Question, state: State): Span[][] {
  if (overlay.kind === "quit") return quitLines(state);
  return overlay.kind === "take-over" ? takeOverLines(state) : fieldLines(overlay, state);
}

export function QuestionOverlay({ overlay }: { overlay: Question }): ReactNode {
  const state = useProgramState((all) => all);
  const lines = [[], ...linesOf(overlay, state)];
  return (
    <OverlayBox rows={lines.length + 1}>
      <Lines lines={lines} />
    </OverlayBox>
  );
}
