import { isAbort, toAppError } from "../../base/errors.ts";
import type { Secret } from "../../base/secret.ts";
import {
  copyableOf,
  firstCopyChoice,
  recordCopy,
  serviceId,
  valueCopy,
} from "../selectors/copyable.ts";
import { currentRow } from "../selectors/table.ts";
import type { CopyOutcome } from "../services.ts";
import { finishedPath } from "../state/download-phases.ts";
import { atTheTop } from "../state/list-view.ts";
import type { ActionContext } from "./context.ts";

const refusals: Readonly<Record<Exclude<CopyOutcome, "offered">, string>> = {
  "too-long": "Too long for the terminal's clipboard (74,994 bytes encoded)",
  off: "Not copied: the setting clipboard is off",
  failed: "No clipboard program worked; the setting clipboard has other ways",
};

/** Copied text is also shown in a notice, so that it can be selected by hand. */
export function copyActions({ notify, runTask, services, store }: ActionContext) {
  function copy(text: string, shown = text): void {
    const report = (outcome: CopyOutcome) => {
      if (outcome === "offered") notify("note", `Copied ${shown}`);
      else notify("warning", `${refusals[outcome]}: ${shown}`);
    };
    const outcome = services.copyText(text);
    if (typeof outcome === "string") report(outcome);
    else void outcome.then(report);
  }

  function copyId(): void {
    const row = currentRow(store.getState());
    if (row) copy(serviceId(row));
  }

  function copyPath(): void {
    const row = currentRow(store.getState());
    const path = row?.kind === "transfer" ? finishedPath(row.item) : undefined;
    if (path !== undefined) copy(path);
  }

  function copyRecord(): void {
    const record = recordCopy(store.getState());
    if (record) copy(record.text, record.shown);
  }

  function copyValue(): void {
    const value = valueCopy(store.getState());
    if (value) copy(value.text, value.shown);
  }

  function showCopies(): void {
    const list = firstCopyChoice(store.getState());
    store.setState({ overlay: { kind: "copy", list, asksForAddress: false } });
  }

  async function copyAddress(fileId: string, name: string): Promise<void> {
    let address: Secret;
    try {
      address = await runTask(`Asking for the address of ${name}`, (signal) =>
        services.fileStore.fileUrl(fileId, signal),
      );
    } catch (thrown) {
      if (!isAbort(thrown)) notify("error", toAppError(thrown, "Asking for the address").message);
      return;
    }
    // The notice shows only the name: the address itself is a secret.
    copy(address.reveal(), `the address of ${name}; anyone who has it can fetch the file`);
  }

  /** Copying the address needs a second confirmation. */
  function copyChosen(id: string): void {
    const state = store.getState();
    const row = currentRow(state);
    const { overlay } = state;
    if (!row || overlay?.kind !== "copy") return;
    if (id === "address") {
      store.setState({ overlay: { kind: "copy", list: atTheTop, asksForAddress: true } });
      return;
    }
    store.setState({ overlay: undefined });
    if (overlay.asksForAddress) {
      if (id === "yes") void copyAddress(serviceId(row), row.name);
      return;
    }
    const chosen = copyableOf(state, id);
    if (chosen) copy(chosen.text, chosen.shown);
  }

  return { copyId, copyPath, copyRecord, copyValue, showCopies, copyChosen };
}
