import { isActive, isEnded } from "../store/actions/transfers.ts";
import { currentEntry } from "../store/selectors/table.ts";
import type { State } from "../store/state.ts";
import type { Transfer } from "../transfer/engine.ts";
import type { Command } from "./command.ts";

/** A reason why the download under the cursor cannot be asked for that. */
function unless(
  fits: (transfer: Transfer) => boolean,
  reason: (transfer: Transfer) => string,
): (state: State) => string | undefined {
  return (state) => {
    const entry = currentEntry(state);
    if (entry?.kind !== "transfer") return "there is no download here";
    return fits(entry.item) ? undefined : reason(entry.item);
  };
}

const hasEnded = ({ state }: Transfer) => `this one is ${state}`;

export const downloadCommands: readonly Command[] = [
  {
    id: "pause",
    group: "Downloads",
    title: "pause, resume",
    about: "Pause the download, or let it go on",
    keys: ["space"],
    shown: "Space",
    where: ["downloads"],
    hint: 80,
    unavailable: unless((transfer) => !isEnded(transfer), hasEnded),
    run: ({ actions }) => actions.pauseOrResume(),
  },
  {
    id: "cancel",
    group: "Downloads",
    title: "cancel",
    about: "Cancel the download and remove its partial file",
    keys: ["x"],
    shown: "x",
    where: ["downloads"],
    hint: 75,
    unavailable: unless((transfer) => !isEnded(transfer), hasEnded),
    run: ({ actions }) => actions.cancel(),
  },
  {
    id: "retry",
    group: "Downloads",
    title: "retry",
    about: "Try a failed or cancelled download again",
    keys: ["R"],
    shown: "R",
    where: ["downloads"],
    hint: 72,
    unavailable: unless(({ state }) => state === "failed" || state === "cancelled", hasEnded),
    run: ({ actions }) => actions.retry(),
  },
  {
    id: "clear",
    group: "Downloads",
    title: "clear",
    about: "Take the downloads that have ended off the list",
    keys: ["c"],
    shown: "c",
    where: ["downloads"],
    hint: 45,
    unavailable: ({ transfers }) =>
      transfers.transfers.some((transfer) => isEnded(transfer) && !isActive(transfer))
        ? undefined
        : "none has ended",
    run: ({ actions }) => actions.clearEnded(),
  },
  {
    id: "leave-downloads",
    group: "Downloads",
    title: "back",
    about: "Back to where you came from",
    keys: ["t"],
    shown: "t",
    where: ["downloads"],
    keyOnly: true,
    run: ({ actions }) => actions.leaveDownloads(),
  },
];
