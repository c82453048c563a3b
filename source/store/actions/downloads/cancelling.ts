import { counted } from "../../../domain/readable.ts";
import { truncateMiddle } from "../../../text/cells.ts";
import { ownName, withoutTime } from "../../../text/short-name.ts";
import type { Transfer } from "../../../transfer/engine.ts";
import {
  askedToCancel,
  cancellableTransfers,
  needsQuestion,
  restorableTransfers,
} from "../../selectors/download-choices.ts";
import { currentPlace, currentRow, cursorIn, rowsOf } from "../../selectors/table.ts";
import { at, atTheTop } from "../../state/list-view.ts";
import { type ActionContext, changeView } from "../context.ts";
import type { TransferActions } from "./transfers.ts";

/** A longer name would hide the key that restores, on a screen of 80 columns. */
const mostNameCells = 34;

function wordsOf(transfers: readonly Transfer[]): string {
  const [first] = transfers;
  if (transfers.length !== 1 || !first) return counted(transfers.length, "download");
  const { name, packageName } = first.file;
  return truncateMiddle(withoutTime(ownName(name, packageName)), mostNameCells);
}

export function cancelActions(context: ActionContext, { mirror }: TransferActions) {
  const { notify, services, store } = context;

  function cancelNow(wanted: readonly Transfer[]): void {
    const state = store.getState();
    const place = currentPlace(state);
    const { index, top } = cursorIn(state, place);
    const isUnderCursor = wanted.some(({ id }) => id === currentRow(state)?.id);
    for (const { id } of wanted) services.transfers.cancel(id);
    store.setState({ cancelledLast: wanted.map(({ id }) => id) });
    mirror();
    // The cancelled row moves away; the next key acts on the row that takes its place.
    if (isUnderCursor) {
      changeView(context, { list: at(rowsOf(store.getState(), place), index, index - top) });
    }
    notify("note", `Cancelled ${wordsOf(wanted)}. u restores within a minute.`);
  }

  /** Asks first if much would be lost. */
  function cancel(): void {
    const chosen = cancellableTransfers(store.getState());
    if (needsQuestion(chosen)) {
      const ids = chosen.map(({ id }) => id);
      store.setState({ overlay: { kind: "cancel-downloads", ids, list: atTheTop } });
    } else cancelNow(chosen);
  }

  function answerCancel(id: string): void {
    const asked = askedToCancel(store.getState());
    store.setState({ overlay: undefined });
    if (id === "cancel" && asked.length > 0) cancelNow(asked);
  }

  function restore(): void {
    const wanted = restorableTransfers(store.getState());
    for (const { id } of wanted) services.transfers.restore(id);
    mirror();
    notify("note", `Restored ${wordsOf(wanted)}.`);
  }

  return { cancel, answerCancel, restore };
}
