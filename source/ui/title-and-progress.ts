import { counted } from "../domain/readable.ts";
import type { Program } from "../store/program.ts";
import {
  doneSince,
  doneText,
  failedSince,
  hasEnded,
  percent,
  totalShare,
} from "../store/state/download-phases.ts";
import type { State } from "../store/state/state.ts";
import type { TitleAndProgress } from "../terminal/title-and-progress.ts";
import { breadcrumbGap, breadcrumbsOf } from "./frame/header.ts";

/** Users watch shorter waits and need no notification. */
const longSeconds = 30;

function shareOf({ activity, transfers: { totals } }: State): number | undefined {
  return !activity || activity.isOver ? undefined : totalShare(totals);
}

/** "41% bulk-ESG › Files – cfs" */
export function titleOf(state: State): string {
  const path = breadcrumbsOf({ ...state, overlay: undefined }).join(breadcrumbGap);
  return [percent(shareOf(state)), path, "– cfs"].filter((part) => part !== "").join(" ");
}

/** Returns undefined if the downloads were short. */
export function endMessage(before: State, now: State): string | undefined {
  const { activity, transfers } = now;
  const justEnded = activity?.isOver && before.activity && !before.activity.isOver;
  const isSameAccount = now.profile === before.profile;
  if (!justEnded || !isSameAccount || activity.seconds <= longSeconds || now.leaving)
    return undefined;
  if (!transfers.transfers.every(hasEnded)) return undefined;
  const done = doneSince(activity.before, transfers.transfers);
  const failed = failedSince(activity.before, transfers.transfers).length;
  const parts = [
    ...(done.length > 0 ? [doneText(done)] : []),
    ...(failed > 0 ? [`${counted(failed, "download")} failed.`] : []),
  ];
  return parts.length > 0 ? `cfs: ${parts.join(" ")}` : undefined;
}

export function notifyEnd(before: State, now: State, titleAndProgress: TitleAndProgress): void {
  const { notifications } = now.settings;
  const message = endMessage(before, now);
  if (message !== undefined && notifications !== "off")
    titleAndProgress.notify(message, notifications);
}

export function followTitleAndProgress(
  { store }: Program,
  titleAndProgress: TitleAndProgress,
): () => void {
  function follow(now: State, before: State): void {
    const { taskbar } = now.settings;
    titleAndProgress.title(titleOf(now));
    const failed = now.transfers.totals.failed > 0;
    titleAndProgress.taskbar(taskbar === "on" ? shareOf(now) : undefined, failed);
    notifyEnd(before, now, titleAndProgress);
  }
  follow(store.getState(), store.getState());
  return store.subscribe((now, before) => {
    const isSame =
      now.places === before.places &&
      now.session === before.session &&
      now.transfers === before.transfers &&
      now.settings === before.settings;
    if (!isSame) follow(now, before);
  });
}
