import { type LimitRate, parseLimitRate, wantedLimitRate } from "../../base/limit-rate.ts";
import { counted } from "../../domain/readable.ts";
import {
  choiceFrom,
  fromNextStart,
  isChoiceName,
  nextChoice,
  type SettingName,
  type Settings,
  settingTitles,
} from "../../domain/settings.ts";
import type { FolderAnswer } from "../../files/download-folder.ts";
import { countSteps } from "../selectors/choices.ts";
import { typeRate } from "../selectors/limit-choices.ts";
import { atTheTop } from "../state/list-view.ts";
import type { State } from "../state/state.ts";
import { textField } from "../state/text-field.ts";
import type { ActionContext } from "./context.ts";
import type { DownloadActions } from "./downloads/downloads.ts";
import type { OverlayActions } from "./overlays.ts";

/** Saves settings, and applies them at once where possible. */
export function settingActions(
  { notify, services, store }: ActionContext,
  { askFolder, askLimit }: OverlayActions,
) {
  function showSettings(): void {
    store.setState({ overlay: { kind: "settings", list: atTheTop } });
  }

  function holding(name: SettingName): string {
    const isLater = fromNextStart.includes(name);
    if (!store.getState().demo) return isLater ? ", saved; takes effect after restart" : ", saved";
    if (isLater) return "; takes effect after restart, and the demo saves nothing";
    return ", until the demo ends";
  }

  function keepSetting(name: SettingName, value: string | number | undefined): void {
    services.preferences.setSetting(name, value);
    const settings: Settings = { ...store.getState().settings, [name]: value };
    store.setState({ settings });
    notify("note", `${settingTitles[name]}: ${value ?? "automatic"}${holding(name)}.`);
  }

  function nextCount(name: "connections" | "jobs"): number | undefined {
    const now = String(store.getState().settings[name] ?? "automatic");
    const steps: readonly string[] = countSteps;
    const next = steps[(steps.indexOf(now) + 1) % steps.length];
    return next === undefined || next === "automatic" ? undefined : Number(next);
  }

  /** Cycles to the next value; the folder and the rate limit are asked for instead. */
  function changeSetting(id: string): void {
    if (id === "folder") askFolder();
    else if (id === "limitRate") askLimit();
    else if (id === "connections" || id === "jobs") keepSetting(id, nextCount(id));
    else if (isChoiceName(id)) {
      const next = nextChoice(id, store.getState().settings[id]);
      if (choiceFrom(id, next) !== undefined) keepSetting(id, next);
    }
  }

  return { showSettings, changeSetting, keepSetting };
}

export type SettingActions = ReturnType<typeof settingActions>;

/** `L` changes the rate limit until the program ends; the settings save it. */
export function limitActions(
  { notify, services, store }: ActionContext,
  { keepSetting }: SettingActions,
) {
  function leaveLimit(): void {
    const { overlay } = store.getState();
    const isHere = overlay?.kind === "limit-rate" || overlay?.kind === "rate";
    const goesBack = isHere && overlay.fromSettings;
    store.setState({ overlay: goesBack ? { kind: "settings", list: atTheTop } : undefined });
  }

  function limitTo(limitRate: LimitRate, isSaved: boolean): void {
    services.bandwidth.change(limitRate);
    store.setState({ limitRate });
    leaveLimit();
    if (isSaved) keepSetting("limitRate", limitRate.text);
    else notify("note", `Rate limit: ${limitRate.text}, until cfs quits.`);
  }

  function chooseLimit(id: string): void {
    const { limitRate, overlay } = store.getState();
    if (overlay?.kind !== "limit-rate") return;
    const { fromSettings } = overlay;
    const chosen = parseLimitRate(id);
    if (chosen !== undefined) limitTo(chosen, fromSettings);
    else if (id === typeRate) {
      const field = textField(limitRate.text, true);
      store.setState({ overlay: { kind: "rate", field, fromSettings } });
    }
  }

  function confirmRate(): void {
    const { overlay } = store.getState();
    if (overlay?.kind !== "rate") return;
    const { field, fromSettings } = overlay;
    const limitRate = parseLimitRate(field.text.trim());
    if (limitRate !== undefined) limitTo(limitRate, fromSettings);
    else {
      const problem = `"${field.text.trim()}" is not ${wantedLimitRate}.`;
      store.setState({ overlay: { ...overlay, problem } });
    }
  }

  return { leaveLimit, chooseLimit, confirmRate };
}

/** `o` changes the folder until the program ends; the settings pin one for later starts too. */
export function folderActions(
  { notify, services, store }: ActionContext,
  { offerAgain }: DownloadActions,
) {
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
    const move = count === 1 ? "moves" : "move";
    const moved = count > 0 ? `; ${counted(count, "download")} ${move} there` : "";
    notify("note", `Downloads go to ${path} ${span(store.getState(), isPinned)}${moved}.`);
    offerAgain();
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
      const problem = `${answer.path} does not exist. Enter creates it.`;
      store.setState({ overlay: { ...overlay, missing: answer.path, problem } });
    }
  }

  return { confirmFolder, leaveFolder };
}
