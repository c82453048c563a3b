import {
  choiceFrom,
  isChoiceName,
  nextChoice,
  type SettingName,
  type Settings,
  settingCounts,
} from "../../domain/settings.ts";
import { atTheTop } from "../list-view.ts";
import { countSteps } from "../selectors/choices.ts";
import type { ActionContext } from "./context.ts";
import type { NoticeActions } from "./notices.ts";

/** Changes settings; they are kept, and count at once where that is possible. */
export function settingActions(
  { services, store }: ActionContext,
  { tell }: NoticeActions,
  askFolder: () => void,
) {
  function showSettings(): void {
    store.setState({ overlay: { kind: "settings", list: atTheTop } });
  }

  function keep(name: SettingName, value: string | number | undefined): void {
    services.preferences.setSetting(name, value);
    const settings: Settings = { ...store.getState().settings, [name]: value };
    store.setState({ settings });
    const from = name === "accessible" || settingCounts.some((count) => count === name);
    tell("note", `${name}: ${value ?? "automatic"}, kept${from ? "; from the next start" : ""}.`);
  }

  function nextCount(name: "connections" | "jobs"): number | undefined {
    const now = String(store.getState().settings[name] ?? "automatic");
    const steps: readonly string[] = countSteps;
    const next = steps[(steps.indexOf(now) + 1) % steps.length];
    return next === undefined || next === "automatic" ? undefined : Number(next);
  }

  /** Gives the setting its next word; the folder is typed. */
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
