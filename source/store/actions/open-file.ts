import { basename, dirname } from "node:path";
import { atTheTop } from "../state/list-view.ts";
import type { ActionContext, NoticeActions } from "./context.ts";

export function openFileActions({ services, store }: ActionContext, { tell }: NoticeActions) {
  async function isThere(path: string): Promise<boolean> {
    const name = basename(path);
    const sizes = await services.sizesOnDisk(dirname(path), [name]);
    if (sizes.has(name)) return true;
    tell("warning", `${name} is no longer in ${dirname(path)}.`);
    return false;
  }

  function offerFile(path: string): void {
    store.setState({ overlay: { kind: "open-file", path, list: atTheTop } });
  }

  async function openFile(id: string): Promise<void> {
    const { overlay } = store.getState();
    if (overlay?.kind !== "open-file") return;
    const { path } = overlay;
    store.setState({ overlay: id === "details" ? { kind: "details", top: 0 } : undefined });
    if (id === "details" || !(await isThere(path))) return;
    const problem =
      id === "pager" ? await services.page(path) : await services.openShell(dirname(path));
    if (problem !== undefined) tell("error", problem);
  }

  return { offerFile, openFile };
}
