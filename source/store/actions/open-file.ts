import { basename, dirname } from "node:path";
import type { StoredFile } from "../../domain/entities.ts";
import type { TransferFile } from "../../transfer/engine.ts";
import { finishedPath } from "../state/download-phases.ts";
import type { ActionContext } from "./context.ts";
import type { PreviewActions } from "./preview/previews.ts";

function storedFile({ bytes, fileId, fileSetId, md5, name }: TransferFile): StoredFile {
  return { id: fileId, filename: name, filesetId: fileSetId, fileSizeInBytes: bytes, md5 };
}

export function openFileActions(
  { notify, services, store }: ActionContext,
  { previewOnDisk }: PreviewActions,
) {
  async function isThere(path: string): Promise<boolean> {
    const name = basename(path);
    const sizes = await services.sizesOnDisk(dirname(path), [name]);
    if (sizes.has(name)) return true;
    notify("warning", `${name} is no longer in ${dirname(path)}.`);
    return false;
  }

  async function openFile(id: string): Promise<void> {
    const { overlay } = store.getState();
    if (overlay?.kind !== "open-file") return;
    const { path } = overlay;
    store.setState({ overlay: id === "details" ? { kind: "details", top: 0 } : undefined });
    if (id === "details" || !(await isThere(path))) return;
    if (id === "preview") {
      const found = store
        .getState()
        .transfers.transfers.find((transfer) => finishedPath(transfer) === path);
      if (found) previewOnDisk(path, storedFile(found.file));
      return;
    }
    const problem =
      id === "pager" ? await services.page(path) : await services.openShell(dirname(path));
    if (problem !== undefined) notify("error", problem);
  }

  return { openFile };
}
