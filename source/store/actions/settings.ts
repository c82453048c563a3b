import {
  choiceFrom,
  fromNextStart,
  isChoiceName,
  nextChoice,
  type SettingName,
  type Settings,
  settingTitles,
} from "../../domain/settings.ts";
import { countSteps } from "../selectors/choices.ts";
import { atTheTop } from "../state/list-view.ts";
import type { ActionContext, NoticeActions } from "./context.ts";

/** Saves settings, and applies them at once where possible. */
export function settingActions(
  { services, store }: ActionContext,
  { tell }: NoticeActions,
  askFolder: () => void,
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

  function keep(name: SettingName, value: string | number | undefined): void {
    services.preferences.setSetting(name, value);
    const settings: Settings = { ...store.getState().settings, [name]: value };
    store.setState({ settings });
    tell("note", `${settingTitles[name]}: ${value ?? "automatic"}${holding(name)}.`);
  }

  function nextCount(name: "connections" | "jobs"): number | undefined {
    const now = String(store.getState().settings[name] ?? "automatic");
    const steps: readonly string[] = countSteps;
    const next = steps[(steps.indexOf(now) + 1) % steps.length];
    return next === undefined || next === "automatic" ? undefined : Number(next);
  }

  /** Cycles to the next value; the folder is typed instead. */
  function changeSetting(id: string): void {
    if (id === "folder") askFolder();
    else if (id === "connections" || id === "jobs") keep(id, nextCount(id));
    else if (isChoiceName(id)) {
      const next = nextChoice(id, store.getState().settings[id]);
      if (choiceFrom(id, next) !== undefined) keep(id, next);
    }
  }

  return { showSettings, changeSetting };
}
