import { AppError } from "../../base/errors.ts";
import { counted, readableCount, twoDigits } from "../../domain/readable.ts";
import { wrapCells } from "../../text/cells.ts";
import type { TransfersSnapshot } from "../../transfer/engine.ts";
import { isUnderWay } from "../state/download-phases.ts";
import { type DownloadQuestions, overlayTitles } from "../state/overlay.ts";
import { placeTitles } from "../state/place.ts";
import type { NoticeLevel, OtherAccount, State } from "../state/state.ts";
import { overlayColumns } from "./layout.ts";
import { currentPlace } from "./table.ts";

export interface MessageLine {
  time: string;
  level: NoticeLevel;
  text: string;
}

function clockTime(atMs: number): string {
  const at = new Date(atMs);
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map(twoDigits).join(":");
}

const leadCells = 22;

export function messageLines(state: State): MessageLine[] {
  const room = Math.max(10, overlayColumns(state) - leadCells - 1);
  return state.messages.toReversed().flatMap(({ atMs, level, text }) =>
    wrapCells(text, room).map((line, index) => ({
      time: index === 0 ? clockTime(atMs) : "",
      level,
      text: line,
    })),
  );
}

/** True if this account has downloads, tasks or questions that quitting would interrupt. */
export function isWorking({ downloadQuestions, task, transfers }: State): boolean {
  return (
    task !== undefined || downloadQuestions !== undefined || transfers.transfers.some(isUnderWay)
  );
}

/** True if quitting would interrupt this account or another one. */
export function isBusy(state: State): boolean {
  return isWorking(state) || state.others.some((other) => other.isBusy);
}

function waitingDownloads({ names, room }: DownloadQuestions): string {
  if (room !== undefined)
    return `${counted(room.files, "file waits", "files wait")} for an answer.`;
  const [their, are] = names.length === 1 ? ["its name", "is"] : ["their names", "are"];
  const files = counted(names.length, "file waits", "files wait");
  return `${files} for an answer: ${their} ${are} taken.`;
}

export function quitQuestion(state: State): string {
  const others = state.others.filter(({ isBusy }) => isBusy).map(otherWork);
  if (others.length === 0) return ownQuestion(state);
  const own = isWorking(state) ? [ownQuestion(state)] : ["Quit?"];
  return [...own, ...others].join(" ");
}

function otherWork({ profile, transfers }: OtherAccount): string {
  return `In ${profile}: ${runningText(transfers) ?? "a request is running"}.`;
}

/** "2 downloads running, 3 waiting" */
function runningText({ totals, transfers }: TransfersSnapshot): string | undefined {
  const underWay = transfers.filter(isUnderWay).length;
  if (underWay === 0) return undefined;
  const running = underWay - totals.queued;
  const waiting = totals.queued > 0 ? `, ${readableCount(totals.queued)} waiting` : "";
  return `${counted(running, "download")} running${waiting}`;
}

function ownQuestion({ downloadQuestions, task, transfers }: State): string {
  const running = runningText(transfers);
  if (running === undefined) {
    if (task !== undefined) return `Quit? ${task} is still running.`;
    return downloadQuestions === undefined
      ? "All downloads have finished."
      : `Quit? ${waitingDownloads(downloadQuestions)}`;
  }
  return `Quit? ${running}.`;
}

/** The title of the overlay, or else of the screen. */
export function screenTitle(state: State): string {
  const { overlay, session } = state;
  if (overlay) return overlayTitles[overlay.kind];
  return session.phase === "signed-in" ? placeTitles[currentPlace(state).kind] : "Sign in";
}

export const firstScreenNote = "This is the first screen. ^C quits.";

export function errorText(error: Error): string {
  return error instanceof AppError ? error.message : `${error.name}: ${error.message}`;
}

/** The demo has no next start. */
export function quitChoices(state: State): { key: string; does: string }[] {
  const stay = { key: "Esc", does: "stay" };
  if (!isBusy(state)) return [{ key: "q", does: "quit" }, stay];
  const does = state.demo ? "quit; the demo keeps nothing" : "quit and resume at the next start";
  return [{ key: "q", does }, { key: "w", does: "wait, then quit" }, stay];
}
