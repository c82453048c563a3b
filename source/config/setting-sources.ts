import type { Variables } from "../base/environment-types.ts";
import { parseLimitRate } from "../base/limit-rate.ts";
import { isSettingCount, type SettingName, settingCounts } from "../domain/settings.ts";

/** The source of a setting, strongest first. */
type Origin = "flag" | "environment" | "file" | "default";

export interface Resolved {
  value: unknown;
  origin: Origin;
  /** The flag or variable; the file uses the setting's own name. */
  by?: string;
}

export interface SettingFlags {
  /** False for --no-color. */
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

/** The variable that turns colors off, if any. */
function colorsOffBy(variables: Variables): string | undefined {
  if (isSet(variables["NO_COLOR"])) return "NO_COLOR";
  if (isOff(variables["FORCE_COLOR"])) return "FORCE_COLOR";
  return variables["TERM"] === "dumb" ? "TERM" : undefined;
}

/** The settings in the environment; invalid values are ignored. */
export function settingsFromEnvironment(variables: Variables): FoundSettings {
  const found: FoundSettings = {};
  const colorsOff = colorsOffBy(variables);
  if (colorsOff !== undefined)
    found.theme = { value: "none", origin: "environment", by: colorsOff };
  const reader = ["ACCESSIBLE", "INK_SCREEN_READER"].find(
    (name) => isSet(variables[name]) && !isOff(variables[name]),
  );
  if (reader !== undefined) found.accessible = { value: "on", origin: "environment", by: reader };
  for (const name of settingCounts) {
    const by = `CFS_${name.toUpperCase()}`;
    const count = Number(variables[by]);
    if (isSet(variables[by]) && isSettingCount(count))
      found[name] = { value: count, origin: "environment", by };
  }
  const limitRate = parseLimitRate(variables["CFS_LIMIT_RATE"] ?? "");
  if (limitRate !== undefined)
    found.limitRate = { value: limitRate.text, origin: "environment", by: "CFS_LIMIT_RATE" };
  return found;
}
