import { restorableTransfers } from "../../store/selectors/download-choices.ts";
import { chosenTransfers } from "../../store/selectors/table.ts";
import { hasEnded, isCancellable } from "../../store/state/download-phases.ts";
import type { State } from "../../store/state/state.ts";
import type { Transfer } from "../../transfer/engine.ts";
import type { Command } from "../command.ts";

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

const stateReason = ({ state }: Transfer) => `this one is ${state}`;

function notMovable(state: State, end: 0 | -1): string | undefined {
  const chosen = chosenTransfers(state);
  const [first] = chosen;
  if (!first) return "there is no download here";
  if (chosen.every(hasEnded)) return stateReason(first);
  if (chosen.at(end)?.id === state.transfers.transfers.at(end)?.id) {
    return end === 0 ? "it is the first already" : "it is the last already";
  }
  return state.sorts.downloads ? "the rows are sorted; s and As queued shows the queue" : undefined;
}

export const downloadCommands: readonly Command[] = [
  {
    id: "pause",
    group: "Downloads",
    title: "pause, resume",
    about: "Pause the marked downloads, else the one under the cursor, or let them go on",
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
    about: "Cancel the marked downloads or the one under the cursor",
    keys: ["x"],
    where: ["downloads"],
    hint: 75,
    unavailable: unless(isCancellable, stateReason),
    run: ({ actions }) => actions.cancel(),
  },
  {
    id: "restore",
    group: "Downloads",
    title: "restore",
    about: "Restore what was cancelled in the last minute",
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
    about: "Try a failed or cancelled download again",
    keys: ["R"],
    where: ["downloads"],
    hint: 72,
    unavailable: unless(({ state }) => state === "failed" || state === "cancelled", stateReason),
    run: ({ actions }) => actions.retry(),
  },
  {
    id: "earlier",
    group: "Downloads",
    title: "earlier",
    about: "Move the marked downloads, else the one under the cursor, up in the queue",
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
    about: "Move the marked downloads, else the one under the cursor, down in the queue",
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
    about: "Take the downloads that have ended off the list",
    keys: ["c"],
    where: ["downloads"],
    hint: 45,
    unavailable: ({ transfers }) =>
      transfers.transfers.some(hasEnded) ? undefined : "none has ended",
    run: ({ actions }) => actions.clearEnded(),
  },
  {
    id: "leave-downloads",
    group: "Downloads",
    title: "back",
    about: "Back to where you came from",
    keys: ["t"],
    where: ["downloads"],
    keyOnly: true,
    run: ({ actions }) => actions.leaveDownloads(),
  },
];
