import { counted, readableCount, readableEta, readableRate } from "../../domain/readable.ts";
import { nameConflictQuestion } from "../../store/selectors/choices.ts";
import { detailsOf } from "../../store/selectors/details.ts";
import { cancelQuestion, roomQuestion } from "../../store/selectors/download-choices.ts";
import { limitHeading } from "../../store/selectors/limit-choices.ts";
import { messageLines, quitChoices, quitQuestion } from "../../store/selectors/messages.ts";
import { matchCounts } from "../../store/selectors/preview-search.ts";
import { openRecordOf } from "../../store/selectors/preview-tree.ts";
import { tableKind } from "../../store/selectors/series.ts";
import {
  countsOf,
  currentPlace,
  currentRow,
  filterOf,
  rowsOf,
} from "../../store/selectors/table.ts";
import { watchHere } from "../../store/selectors/watch-target.ts";
import { percent, totalShare, wantedCount } from "../../store/state/download-phases.ts";
import { isListed, isTable, placeKey, rowWords } from "../../store/state/place.ts";
import type { State } from "../../store/state/state.ts";
import type { WatchPhase } from "../../store/state/watch.ts";
import { breadcrumbsOf } from "../frame/header.ts";
import { waitingFor } from "../frame/waiting-for.ts";
import type { ScreenContext } from "../program-context.ts";
import { readText } from "../screens/preview-lines.ts";
import { cursorText, fieldText } from "./speech-texts.ts";

type ServedBy = Pick<ScreenContext, "host">;

/** A whole line, or the echo of typed characters. */
export type Utterance = { kind: "line"; text: string } | { kind: "echo"; text: string };

const line = (text: string): Utterance => ({ kind: "line", text });

function overlayTexts(state: State): string[] {
  const { overlay } = state;
  switch (overlay?.kind) {
    case "details":
      return detailsOf(currentRow(state), state.nowMs).map(
        ({ label, value }) => `${label}: ${value}`,
      );
    case "notices":
      return messageLines(state).map(({ level, text, time }) =>
        time === "" ? text : `${time}, ${level}: ${text}`,
      );
    case "quit":
      return [quitQuestion(state), ...quitChoices(state).map(({ key, does }) => `${key}: ${does}`)];
    case "take-over":
      return ["Another program is signed in with this id. y takes over, n cancels."];
    case "download-room":
      return [roomQuestion(state)];
    case "name-conflict":
      return [nameConflictQuestion(state)];
    case "cancel-downloads":
      return [cancelQuestion(state)];
    case "open-file":
      return [overlay.path];
    case "limit-rate":
      return [limitHeading(state)];
    case "folder":
    case "rate":
      return overlay.problem === undefined ? [] : [overlay.problem];
    case "copy":
      return overlay.asksForAddress
        ? ["The address is a secret: anyone who has it can fetch the file until it expires."]
        : [];
    default:
      return [];
  }
}

/** Also announces hidden content. */
function countText(state: State): string {
  const place = currentPlace(state);
  if (state.overlay || state.session.phase !== "signed-in") return "";
  if (place.kind === "preview") {
    const record = openRecordOf(state);
    const matches = matchCounts(state);
    if (matches) return matches.all === 0 ? "No match" : `Match ${matches.at} of ${matches.all}`;
    return record ? `Record ${readableCount(record.row.number)}` : readText(state);
  }
  if (!isTable(place)) return "";
  const phase = isListed(place) ? state.listings[placeKey(place)]?.phase : "complete";
  const counts = countsOf(state, place);
  if (phase === "loading" || counts.all === 0) return "";
  const [one, many] = rowWords[tableKind(state, place)];
  const all = `${readableCount(counts.all)} ${counts.all === 1 ? one : many}`;
  const count = filterOf(state, place) === "" ? all : `${readableCount(counts.shown)} of ${all}`;
  const watch = place.kind === "file-sets" ? watchHere(state) : undefined;
  const parts = [count, rowsOf(state, place).size(), watch && watchText(watch)];
  return parts.filter((part) => part !== undefined).join(", ");
}

function watchText(watch: WatchPhase): string {
  return watch === "paused" ? "watch paused" : `watched ${watch}`;
}

function problemText({ bucket, session }: State): string {
  if (session.phase === "form") {
    const { advice = "", text = "" } = session.form.problem ?? {};
    return [session.reason ?? "", text, advice].filter((part) => part !== "").join(" ");
  }
  if (session.phase === "resume-failed") return `${session.error.message} r retries.`;
  return bucket.problem ?? "";
}

const withoutCounts = (text: string | undefined) => text?.replace(/^[\d,]+ /, "") ?? "";

function linesOf(state: State, { host }: ServedBy): string[] {
  const { notice } = state;
  return [
    state.profile === undefined ? "" : `Profile ${state.profile}`,
    breadcrumbsOf(state).join(", "),
    withoutCounts(waitingFor(state, host)),
    problemText(state),
    overlayTexts(state).join("\n"),
    countText(state),
    cursorText(state),
    notice ? `${notice.level === "note" ? "" : `${notice.level}: `}${notice.text}` : "",
  ];
}

function fieldUtterances(before: State | undefined, now: State, saidLines: boolean): Utterance[] {
  const [was, is] = [before && fieldText(before), fieldText(now)];
  if (!is) return [];
  if (was && was.label === is.label && !saidLines) {
    if (was.text === is.text) return [];
    if (is.text.startsWith(was.text)) {
      return [{ kind: "echo", text: is.text.slice(was.text.length) }];
    }
  }
  return [{ kind: "echo", text: `\n${is.label}: ${is.text}` }];
}

export function utterances(before: State | undefined, now: State, by: ServedBy): Utterance[] {
  const said = before ? linesOf(before, by) : [];
  const changed = linesOf(now, by).filter((text, index) => text !== "" && text !== said[index]);
  const lines = changed.flatMap((text) => text.split("\n")).map(line);
  return [...lines, ...fieldUtterances(before, now, lines.length > 0)];
}

const leastMs = 5_000;
const mostMs = 30_000;
const step = 0.1;

/** Reports progress at most every 5 seconds, after another tenth is done or half a minute has passed. */
export function createProgressSpeech(): (state: State, nowMs: number) => string | undefined {
  let spokenAtMs = Number.NEGATIVE_INFINITY;
  let spokenShare = 0;

  return ({ activity, transfers: { totals, transfers } }, nowMs) => {
    const share = totalShare(totals);
    if (!activity || activity.isOver || share === undefined) {
      spokenShare = 0;
      return undefined;
    }
    const silentMs = nowMs - spokenAtMs;
    if (silentMs < leastMs) return undefined;
    if (share - spokenShare < step && silentMs < mostMs) return undefined;
    spokenAtMs = nowMs;
    spokenShare = share;
    const parts = [
      `${percent(share)}, ${totals.done} of ${counted(wantedCount(transfers), "file")}`,
      totals.bytesPerSecond > 0 ? readableRate(totals.bytesPerSecond) : "",
      totals.secondsLeft === undefined ? "" : readableEta(totals.secondsLeft),
    ];
    return parts.filter((part) => part !== "").join(", ");
  };
}
