import type { AppError } from "../../../base/errors.ts";
import { counted } from "../../../domain/readable.ts";
import { ownName } from "../../../text/short-name.ts";
import type { Transfer, TransferFile, TransfersSnapshot } from "../../../transfer/engine.ts";
import { chosenTransfers, currentPlace, cursorIn, rowsOf } from "../../selectors/table.ts";
import {
  doneSince,
  doneText,
  folderAdvice,
  hasEnded,
  isUnderWay,
} from "../../state/download-phases.ts";
import { at } from "../../state/list-view.ts";
import type { Place } from "../../state/place.ts";
import { isGrouped } from "../../state/sort.ts";
import type { Activity, RateHistory } from "../../state/state.ts";
import { type ActionContext, changeView } from "../context.ts";
import { signInAgain } from "../session.ts";
import { isOnlyProgress, progressThrottle } from "./progress-throttle.ts";

function nextStep({ isOfFolder }: AppError, place: Place): string {
  if (isOfFolder) return folderAdvice;
  return place.kind === "downloads" ? "R retries." : "t shows downloads; R there retries.";
}

/** Without the package in the file's name, so that the reason has room. */
function withOwnName(error: AppError, { name, packageName }: TransferFile): AppError {
  const own = ownName(name, packageName);
  return error.withFacts({ tried: error.tried.replace(name, () => own) });
}

function isRefused({ state, error }: Transfer): boolean {
  return state === "failed" && error?.kind === "sign-in";
}

/** Mirrors the engine in the store and forwards the user's commands. */
export function transferActions(context: ActionContext) {
  const { notify, services, store } = context;
  const { transfers } = services;
  /** Downloads that wait for a sign-in: left from the last session, or paused by a sign-out. */
  let waiting: readonly string[] = [];
  /** Downloads of the last session that were not reported yet. */
  let leftOver = 0;

  /** The start of the period in which a refusing folder was reported. */
  let refusedSinceMs: number | undefined;

  /** A full disk or a folder that refuses files fails every remaining download, so it is reported once in a period. */
  function isNews({ isOfFolder }: AppError): boolean {
    if (!isOfFolder) return true;
    const sinceMs = store.getState().activity?.sinceMs;
    const isFirst = sinceMs !== refusedSinceMs;
    refusedSinceMs = sinceMs;
    return isFirst;
  }

  /** The status line shows the last one; the history keeps all. */
  function notifyOfFailures(failures: readonly AppError[]): void {
    const others = failures.filter((error) => error.kind !== "sign-in" && isNews(error));
    for (const { message } of others.slice(0, -1)) notify("error", message);
    const last = others.at(-1);
    const place = currentPlace(store.getState());
    if (last) notify("error", `${last.message} ${nextStep(last, place)}`);
    // The sign-in form shows why, and the downloads go on after it.
    const ended = failures.find(({ kind }) => kind === "sign-in");
    if (ended) signInAgain(context, ended);
  }

  function announce(before: TransfersSnapshot, now: TransfersSnapshot): void {
    const states = new Map(before.transfers.map(({ id, state }) => [id, state]));
    const failures = now.transfers.flatMap(({ error, file, id, state }) =>
      state === "failed" && states.get(id) !== "failed" && error ? [withOwnName(error, file)] : [],
    );
    if (failures.length > 0) {
      notifyOfFailures(failures);
      return;
    }
    const wereUnderWay = before.transfers.some(isUnderWay);
    if (!wereUnderWay || now.transfers.some(isUnderWay)) return;
    const begin = store.getState().activity?.before ?? before.transfers;
    const done = doneSince(begin, now.transfers);
    // If the last one was paused or cancelled, nothing new was saved.
    if (done.some(({ id, state }) => state !== states.get(id))) notify("note", doneText(done));
  }

  /** Paused and finished downloads do not count. */
  function activityOf(now: TransfersSnapshot): Activity | undefined {
    const { activity, transfers: mirrored } = store.getState();
    if (now.transfers.length === 0) return undefined;
    const isOver = !now.transfers.some(isUnderWay);
    if (isOver && activity?.isOver !== false) return activity;
    const nowMs = services.nowMs();
    if (activity?.isOver === false) {
      const seconds = (nowMs - activity.sinceMs) / 1000;
      const rates = withRate(activity.rates, seconds, now.totals.bytesPerSecond);
      return { ...activity, seconds, isOver, before: resting(activity.before, now), rates };
    }
    const earlierSeconds = activity ? activity.earlierSeconds + activity.seconds : 0;
    const before = resting(mirrored.transfers, now);
    return { sinceMs: nowMs, seconds: 0, earlierSeconds, isOver, before, rates: noRates };
  }

  function mirror(): void {
    const before = store.getState().transfers;
    const now = transfers.snapshot();
    if (now === before) return;
    store.setState({ transfers: now, activity: activityOf(now) });
    announce(before, now);
  }

  function followTransfers(): () => void {
    const ongoing = transfers.snapshot().transfers.filter((transfer) => !hasEnded(transfer));
    waiting = ongoing.flatMap(({ id, state }) => (state === "paused" ? [id] : []));
    leftOver = ongoing.length;
    mirror();
    const pace = progressThrottle(mirror);
    const unsubscribe = transfers.subscribe(() =>
      pace.changed(!isOnlyProgress(store.getState().transfers, transfers.snapshot())),
    );
    return () => {
      unsubscribe();
      pace.stop();
    };
  }

  /** Resumes the downloads that wait for a sign-in or failed for lack of one. */
  function resumeWaiting(): void {
    for (const id of waiting) transfers.resume(id);
    waiting = [];
    if (leftOver > 0) {
      const what = counted(leftOver, "download");
      // In the bucket field t is a letter of a name.
      notify("note", `Resumed ${what} from your last session. :downloads shows them.`);
    }
    leftOver = 0;
    for (const transfer of transfers.snapshot().transfers) {
      if (isRefused(transfer)) transfers.retry(transfer.id);
    }
    mirror();
  }

  /** Pauses running downloads until the next sign-in and returns their number. */
  function pauseForSignIn(): number {
    const underWay = transfers.snapshot().transfers.filter(isUnderWay);
    for (const { id } of underWay) transfers.pause(id);
    waiting = underWay.map(({ id }) => id);
    mirror();
    return underWay.length;
  }

  /** A cursor that never moved follows its row too, because the row may move by what is done with it. */
  function holdCursor(): void {
    const state = store.getState();
    const place = currentPlace(state);
    const { index, top } = cursorIn(state, place);
    changeView(context, { list: at(rowsOf(state, place), index, index - top) });
  }

  /** Resumes the chosen downloads if all of them are paused; otherwise pauses them. */
  function pauseOrResume(): void {
    holdCursor();
    const chosen = chosenTransfers(store.getState()).filter((transfer) => !hasEnded(transfer));
    const underWay = chosen.filter(isUnderWay);
    for (const { id } of underWay) transfers.pause(id);
    if (underWay.length === 0) for (const { id } of chosen) transfers.resume(id);
    mirror();
  }

  function retry(): void {
    holdCursor();
    for (const { id } of chosenTransfers(store.getState())) transfers.retry(id);
    mirror();
  }

  /** Shows the queue first, because groups are not in its order. */
  function reorder(way: "earlier" | "later"): void {
    const { sorts } = store.getState();
    holdCursor();
    const chosen = chosenTransfers(store.getState());
    const ordered = way === "earlier" ? chosen : chosen.toReversed();
    transfers.move(
      ordered.map(({ id }) => id),
      way,
    );
    if (isGrouped(sorts.downloads)) {
      store.setState({ sorts: { ...sorts, downloads: undefined } });
      notify("note", "Shown as queued. s groups by file set again.");
    }
    mirror();
  }

  function clearEnded(): void {
    transfers.clearEnded();
    mirror();
  }

  return {
    followTransfers,
    mirror,
    resumeWaiting,
    pauseForSignIn,
    pauseOrResume,
    retry,
    reorder,
    clearEnded,
  };
}

export type TransferActions = ReturnType<typeof transferActions>;

/** Those of `before` that are not under way now: a file that is downloaded again counts as news once it is done. */
function resting(before: readonly Transfer[], now: TransfersSnapshot): readonly Transfer[] {
  const underWay = new Set(now.transfers.filter(isUnderWay).map(({ id }) => id));
  return before.some(({ id }) => underWay.has(id))
    ? before.filter(({ id }) => !underWay.has(id))
    : before;
}

const noRates: RateHistory = { newestAt: 0, values: [] };
/** More than the widest terminal shows. */
const mostRates = 300;

/** Adds the current rate once each second. */
function withRate({ newestAt, values }: RateHistory, seconds: number, rate: number): RateHistory {
  const second = Math.floor(seconds);
  if (second <= newestAt) return { newestAt, values };
  return { newestAt: second, values: [...values, rate].slice(-mostRates) };
}
