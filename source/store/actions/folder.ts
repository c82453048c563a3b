import { counted } from "../../domain/readable.ts";
import type { FolderAnswer } from "../../files/download-folder.ts";
import { atTheTop } from "../state/list-view.ts";
import type { State } from "../state/state.ts";
import { textField } from "../state/text-field.ts";
import type { ActionContext, NoticeActions } from "./context.ts";

/** `o` changes the folder until the program ends; the settings pin one for later starts too. */
export function folderActions(
  { services, store }: ActionContext,
  { tell }: NoticeActions,
  changed: () => void,
) {
  function askFolder(): void {
    const { directory, overlay } = store.getState();
    const fromSettings = overlay?.kind === "settings";
    store.setState({ overlay: { kind: "folder", field: textField(directory), fromSettings } });
  }

  function leaveFolder(): void {
    const { overlay } = store.getState();
    const goesBack = overlay?.kind === "folder" && overlay.fromSettings;
    store.setState({ overlay: goesBack ? { kind: "settings", list: atTheTop } : undefined });
  }

  /** Without `pinned`, later starts use the folder that they are started in. */
  function pin(pinned: string | undefined): void {
    services.preferences.setDownloadDirectory(pinned);
    store.setState({ pinnedDirectory: pinned });
  }

  function span({ demo }: State, isPinned: boolean): string {
    if (demo) return "until the demo ends";
    return isPinned ? "now and at every start" : "until cfs quits";
  }

  function takeFolder(path: string, isPinned: boolean): void {
    const before = store.getState().directory;
    store.setState({ directory: path });
    leaveFolder();
    const count = path === before ? 0 : services.transfers.relocate(before, path);
    const moved = count > 0 ? `, ${counted(count, "waiting download")} too` : "";
    tell("note", `Downloads go to ${path} ${span(store.getState(), isPinned)}${moved}.`);
    changed();
  }

  /** A missing folder is created when the user presses Enter again. */
  async function confirmFolder(): Promise<void> {
    const { overlay, startDirectory } = store.getState();
    if (overlay?.kind !== "folder") return;
    const { field, fromSettings, missing } = overlay;
    if (fromSettings && field.text.trim() === "") {
      pin(undefined);
      takeFolder(startDirectory, false);
      return;
    }
    let answer: FolderAnswer;
    if (missing !== undefined) answer = await services.createFolder(missing);
    else answer = await services.checkFolder(field.text);
    if (store.getState().overlay !== overlay) return;
    if (answer.kind === "usable") {
      if (fromSettings) pin(answer.path);
      takeFolder(answer.path, fromSettings);
    } else if (answer.kind === "refused") {
      store.setState({ overlay: { ...overlay, problem: answer.problem } });
    } else {
      const problem = `${answer.path} does not exist. Press Enter to create it.`;
      store.setState({ overlay: { ...overlay, missing: answer.path, problem } });
    }
  }

  return { askFolder, confirmFolder, leaveFolder };
}
