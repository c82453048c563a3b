import type { Variables } from "../base/environment-types.ts";
import { isSettingCount, type SettingName, settingCounts } from "../domain/settings.ts";

/** Who decided a setting, from the strongest to the weakest. */
type Origin = "flag" | "environment" | "file" | "default";

export interface Resolved {
  value: unknown;
  origin: Origin;
  /** The flag or the variable; what the file says is under the setting's own name. */
  by?: string;
}

export interface SettingFlags {
  /** False: --no-color. */
  color?: boolean;
  accessible?: boolean;
  quiet?: boolean;
}

export type FoundSettings = Partial<Record<SettingName, Resolved>>;

export function settingsFromFlags({ accessible, color, quiet }: SettingFlags): FoundSettings {
  return {
    ...(color === false ? { theme: { value: "none", origin: "flag", by: "--no-color" } } : {}),
    ...(accessible ? { accessible: { value: "on", origin: "flag", by: "--accessible" } } : {}),
    ...(quiet ? { notifications: { value: "off", origin: "flag", by: "--quiet" } } : {}),
  };
}

const isSet = (value: string | undefined) => value !== undefined && value !== "";
const isOff = (value: string | undefined) => value === "0" || value === "false";

/** The variable that takes the hues away, where one does. */
function noHuesBy(variables: Variables): string | undefined {
  if (isSet(variables["NO_COLOR"])) return "NO_COLOR";
  if (isOff(variables["FORCE_COLOR"])) return "FORCE_COLOR";
  return variables["TERM"] === "dumb" ? "TERM" : undefined;
}

/** What the environment decides; values that are none of their setting's are passed over. */
export function settingsFromEnvironment(variables: Variables): FoundSettings {
  const found: FoundSettings = {};
  const noHues = noHuesBy(variables);
  if (noHues !== undefined) found.theme = { value: "none", origin: "environment", by: noHues };
  const reader = ["ACCESSIBLE", "INK_SCREEN_READER"].find(
    (name) => isSet(variables[name]) && !isOff(variables[name]),
  );
  if (reader !== undefined) {
    found.accessible = { value: "on", origin: "environment", by: reader };
  }
  for (const name of settingCounts) {
    const by = `CFS_${name.toUpperCase()}`;
    const count = Number(variables[by]);
    if (isSet(variables[by]) && isSettingCount(count)) {
      found[name] = { value: count, origin: "environment", by };
    }
  }
  return found;
}
