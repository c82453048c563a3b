import { restorableTransfers } from "../../store/selectors/download-choices.ts";
import { chosenTransfers, currentRow } from "../../store/selectors/table.ts";
import { canCancel, finishedPath, hasEnded } from "../../store/state/download-phases.ts";
import { isGrouped } from "../../store/state/sort.ts";
import type { State } from "../../store/state/state.ts";
import type { Transfer } from "../../transfer/engine.ts";
import { type Command, listed, previews, type Reason } from "../command.ts";
import { ofThisRow } from "./rows.ts";

function unless(
  fits: (transfer: Transfer) => boolean,
  reason: (transfer: Transfer) => string,
): (state: State) => string | undefined {
  return (state) => {
    const chosen = chosenTransfers(state);
    const [first] = chosen;
    if (!first) return "there is no download here";
    return chosen.some(fits) ? undefined : reason(first);
  };
}

const stateReason = ({ state }: Transfer) => `this download is ${state}`;

function isOnFinished(state: State): boolean {
  const row = currentRow(state);
  return row?.kind === "transfer" && finishedPath(row.item) !== undefined;
}

function notMovable(state: State, end: 0 | -1): Reason | undefined {
  const chosen = chosenTransfers(state);
  const [first] = chosen;
  if (!first) return "there is no download here";
  if (chosen.every(hasEnded)) return stateReason(first);
  const all = state.transfers.transfers;
  if (chosen.length === all.length) return "there is no other download";
  if (chosen.at(end)?.id === all.at(end)?.id) {
    return ofThisRow(end === 0 ? "it is already first" : "it is already last");
  }
  const { downloads: sort } = state.sorts;
  return sort && !isGrouped(sort)
    ? "the rows are sorted; choose As queued with s first"
    : undefined;
}

export const downloadCommands: readonly Command[] = [
  {
    id: "pause",
    group: "Downloads",
    title: "pause/resume",
    about: "Pause or resume",
    more: "Changes the marked downloads, or the selected one.",
    keys: ["space"],
    where: ["downloads"],
    hint: 80,
    unavailable: unless((transfer) => !hasEnded(transfer), stateReason),
    run: ({ actions }) => actions.pauseOrResume(),
  },
  {
    id: "cancel",
    group: "Downloads",
    title: "cancel",
    about: "Cancel downloads",
    more: "Cancels the marked ones, or the selected one. u restores them for a minute.",
    keys: ["x"],
    where: ["downloads"],
    hint: 75,
    unavailable: unless(canCancel, stateReason),
    run: ({ actions }) => actions.cancel(),
  },
  {
    id: "restore",
    group: "Downloads",
    title: "restore",
    about: "Restore cancelled downloads",
    more: "Those of the last minute.",
    keys: ["u"],
    where: ["downloads"],
    binds: ({ transfers }) => transfers.transfers.some(({ state }) => state === "cancelled"),
    hint: 78,
    unavailable: (state) =>
      restorableTransfers(state).length > 0
        ? undefined
        : "the partial file is removed; R downloads it again",
    run: ({ actions }) => actions.restore(),
  },
  {
    id: "retry",
    group: "Downloads",
    title: "retry",
    about: "Retry failed downloads",
    more: "Also cancelled ones.",
    keys: ["R"],
    where: ["downloads"],
    hint: 72,
    unavailable: unless(({ state }) => state === "failed" || state === "cancelled", stateReason),
    run: ({ actions }) => actions.retry(),
  },
  {
    id: "copy-path",
    group: "Downloads",
    title: "copy path",
    about: "Copy path of finished file",
    keys: ["y"],
    where: ["downloads"],
    binds: isOnFinished,
    hint: 50,
    run: ({ actions }) => actions.copyPath(),
  },
  {
    id: "earlier",
    group: "Downloads",
    title: "earlier",
    about: "Move up in the queue",
    keys: ["K"],
    where: ["downloads"],
    hint: 42,
    unavailable: (state) => notMovable(state, 0),
    run: ({ actions }) => actions.reorder("earlier"),
  },
  {
    id: "later",
    group: "Downloads",
    title: "later",
    about: "Move down in the queue",
    keys: ["J"],
    where: ["downloads"],
    hint: 41,
    unavailable: (state) => notMovable(state, -1),
    run: ({ actions }) => actions.reorder("later"),
  },
  {
    id: "clear",
    group: "Downloads",
    title: "clear",
    about: "Clear finished",
    keys: ["c"],
    where: ["downloads"],
    hint: 45,
    unavailable: ({ transfers }) =>
      transfers.transfers.some(hasEnded) ? undefined : "no download has finished",
    run: ({ actions }) => actions.clearEnded(),
  },
  {
    id: "limit-rate",
    group: "Downloads",
    title: "limit rate",
    about: "Limit rate",
    more: "Of all downloads and previews together, until cfs quits; the settings save a limit.",
    keys: ["L"],
    where: ["downloads"],
    alsoOffered: [...listed, ...previews, "bucket-menu", "bucket-field"],
    hint: 9,
    run: ({ actions }) => actions.askLimit(),
  },
  {
    id: "leave-downloads",
    group: "Downloads",
    title: "back",
    about: "Go back",
    keys: ["t"],
    where: ["downloads"],
    keyOnly: true,
    run: ({ actions }) => actions.leaveDownloads(),
  },
];
