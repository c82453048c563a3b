import { hintGap, hintMargin, keyOf, shownHints } from "../../keys/key-table.ts";
import { statusHeight } from "../../store/selectors/layout.ts";
import { noticeLines, standingNotice } from "../../store/selectors/notice.ts";
import { currentPlace } from "../../store/selectors/table.ts";
import type { Notice, NoticeLevel, State } from "../../store/state/state.ts";
import type { TextField } from "../../store/state/text-field.ts";
import { fieldSpans, spansWidth, spreadSpans } from "../spans.ts";
import type { Span, Tone } from "../theme.ts";
import { countSpans } from "./counts.ts";
import { cutText, failureHere, folderAndMessage, messageCells } from "./place-message.ts";
import { waitingFor, waitingText } from "./waiting-for.ts";

const spinnerFrames = ["|", "/", "-", "\\"] as const;
export const spinnerMs = 200;

function stands({ filterField, settings }: State): boolean {
  return settings.motion === "reduced" || filterField !== undefined;
}

export function isSpinning(state: State, host: string): boolean {
  return waitingFor(state, host) !== undefined && !stands(state);
}

/** Longest first. */
const filterHelp = [
  "all words match; !word excludes; ~word is fuzzy",
  "word !excluded ~fuzzy",
] as const;

/** Longest first. */
const searchHelp = [
  "whole text matches; a capital letter makes it case-sensitive",
  "whole text; capitals matter",
] as const;

function typedSpans(state: State, field: TextField): Span[] {
  const cells = Math.max(10, Math.floor(state.viewport.columns * 0.4));
  const help = currentPlace(state).kind === "preview" ? searchHelp : filterHelp;
  const placeholder = help.find((text) => text.length < cells);
  return [
    { text: " /", tone: "accent" },
    ...fieldSpans(field, { cells, focused: true, placeholder }),
  ];
}

/** `waitedMs` is for how long something has been pending; it turns the spinner. */
export function statusSpans(state: State, host: string, waitedMs: number): Span[][] {
  const step = Math.floor(waitedMs / spinnerMs);
  const spinner = stands(state) ? "-" : (spinnerFrames[step % spinnerFrames.length] ?? "|");
  const { columns } = state.viewport;
  const most = Math.floor(columns * 0.6);
  const waiting = waitingText(state, host, waitedMs);
  const pending: Span[] | undefined =
    waiting === undefined
      ? undefined
      : [{ text: ` ${spinner} `, tone: "accent" }, { text: waiting }];
  const lines = statusLines(state, pending, messageCells(state, most));
  // Show the whole notice or failure; the counts take the remaining cells.
  const isWhole = standingNotice(state) !== undefined || failureHere(state) !== undefined;
  const typed = state.filterField && typedSpans(state, state.filterField);
  const left = typed ?? (isWhole ? lines.at(-1) : undefined);
  const room = left === undefined ? most : columns - spansWidth(left) - 4;
  const counts = countSpans(state, Math.min(most, room));
  const isHidden = waiting !== undefined && state.notice !== undefined;
  const right: Span[] = isHidden ? [{ text: `${spinner} `, tone: "accent" }, ...counts] : counts;
  if (typed) return [spreadSpans(typed, right, columns)];
  return lines.map((line, index) =>
    index === lines.length - 1 ? spreadSpans(line, right, columns) : [...line],
  );
}

export const levelTones: Readonly<Record<NoticeLevel, Tone>> = {
  note: "plain",
  warning: "warning",
  error: "bad",
};

const levelMarks: Readonly<Record<NoticeLevel, string>> = { note: "", warning: "! ", error: "! " };

function shownNotice(state: State, notice: Notice): string[] {
  const { columns } = state.viewport;
  const all = noticeLines(notice, columns);
  const height = statusHeight(state);
  const last = all.slice(height - 1).join(" ");
  return [
    ...all.slice(0, height - 1),
    cutText(last, columns - 4, keyOf(state, "notices", "read-errors")),
  ];
}

/** The last line shares its row with the counts, and gets `cells` cells. */
function statusLines(state: State, pending: Span[] | undefined, cells: number): Span[][] {
  const notice = standingNotice(state);
  if (notice) {
    const tone = levelTones[notice.level];
    return shownNotice(state, notice).map((text, index) => [
      { text: ` ${index === 0 ? levelMarks[notice.level] : "  "}${text}`, tone },
    ]);
  }
  if (pending !== undefined) return [pending];
  return [[{ text: " " }, ...folderAndMessage(state, cells - 1)]];
}

export function hintSpans(state: State): Span[] {
  return shownHints(state).flatMap(({ isAvailable, keys, title }, index): Span[] => [
    { text: index === 0 ? hintMargin : hintGap },
    { text: keys, tone: isAvailable ? "strong" : "muted" },
    { text: ` ${title}`, tone: "muted" },
  ]);
}
