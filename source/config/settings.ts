import { readFileSync } from "node:fs";
import * as v from "valibot";
import type { Variables } from "../base/environment-types.ts";
import { parseLimitRate, wantedLimitRate } from "../base/limit-rate.ts";
import { sanitize } from "../domain/sanitize.ts";
import {
  choiceFrom,
  firstSettings,
  isChoiceName,
  isSettingCount,
  type SettingName,
  type Settings,
  settingChoices,
  settingCounts,
  settingNames,
} from "../domain/settings.ts";
import { lineOf } from "./json-position.ts";
import type { Preferences } from "./preferences.ts";

/** The source of a setting, strongest first. */
type Origin = "flag" | "environment" | "file" | "default";

interface Resolved {
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

type FoundSettings = Partial<Record<SettingName, Resolved>>;

function settingsFromFlags({ accessible, color, quiet }: SettingFlags): FoundSettings {
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
function settingsFromEnvironment(variables: Variables): FoundSettings {
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

export interface ResolvedSettings {
  settings: Settings;
  origins: Readonly<Record<SettingName | "keys", Resolved>>;
  /** Lines of the conf file that bind keys, by command id. */
  keyLines: Readonly<Record<string, number>>;
  /** One sentence per invalid value, with its place in the file. */
  warnings: readonly string[];
}

export interface SettingSources {
  flags?: SettingFlags;
  variables: Variables;
  /** The raw "settings" of the conf file. */
  kept?: unknown;
  /** The line of the conf file that holds the setting. */
  lineOf?: (name: string) => number | undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 60);
}

/** The value as it is used, or what is wanted in its place: "one of off, on". */
export function readSetting(
  name: SettingName,
  value: unknown,
): { used: string | number } | { wanted: string } {
  if (name === "limitRate") {
    const limitRate = typeof value === "string" ? parseLimitRate(value) : undefined;
    return limitRate === undefined ? { wanted: wantedLimitRate } : { used: limitRate.text };
  }
  if (!isChoiceName(name))
    return isSettingCount(value) ? { used: value } : { wanted: "a whole number from 1 to 256" };
  const used = choiceFrom(name, value);
  return used === undefined ? { wanted: `one of ${settingChoices[name].join(", ")}` } : { used };
}

function fromFile(
  kept: Readonly<Record<string, unknown>>,
  warn: (name: string, value: unknown, wanted: string) => void,
): FoundSettings {
  const found: FoundSettings = {};
  for (const name of settingNames) {
    const value = kept[name];
    if (value === undefined) continue;
    const read = readSetting(name, value);
    if ("wanted" in read) warn(name, value, read.wanted);
    else found[name] = { value: read.used, origin: "file" };
  }
  return found;
}

function keysFrom(
  kept: unknown,
  warn: (name: string, value: unknown, wanted: string) => void,
): Settings["keys"] {
  if (kept === undefined) return {};
  if (!isObject(kept)) {
    warn("keys", kept, 'command ids with their keys, such as {"download": ["D"]}');
    return {};
  }
  const keys = Object.entries(kept).flatMap(([id, value]): [string, string[]][] => {
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    const texts = list.filter((one) => typeof one === "string");
    if (texts.length === list.length) return [[id, texts]];
    warn(`keys.${id.slice(0, 60)}`, value, "a key or a list of keys");
    return [];
  });
  return Object.fromEntries(keys);
}

function linesOf(
  ids: readonly string[],
  lineOf: SettingSources["lineOf"],
): ResolvedSettings["keyLines"] {
  const lines = ids.flatMap((id): [string, number][] => {
    const line = lineOf?.(`keys.${id}`);
    return line === undefined ? [] : [[id, line]];
  });
  return Object.fromEntries(lines);
}

const settingsShape = v.object({
  theme: v.picklist(settingChoices.theme),
  motion: v.picklist(settingChoices.motion),
  clipboard: v.picklist(settingChoices.clipboard),
  notifications: v.picklist(settingChoices.notifications),
  taskbar: v.picklist(settingChoices.taskbar),
  mouse: v.picklist(settingChoices.mouse),
  accessible: v.picklist(settingChoices.accessible),
  connections: v.optional(v.number()),
  jobs: v.optional(v.number()),
  limitRate: v.string(),
  keys: v.record(v.string(), v.array(v.string())),
});

function valuesOf(found: FoundSettings): Record<string, unknown> {
  return Object.fromEntries(Object.entries(found).map(([name, { value }]) => [name, value]));
}

/**
 * Merges the settings: flag before environment before file before default. Invalid values are left out with
 * a warning. Never throws.
 */
export function resolveSettings({
  flags = {},
  variables,
  kept,
  lineOf,
}: SettingSources): ResolvedSettings {
  const warnings: string[] = [];
  const addWarning = (name: string, problem: string) => {
    const line = lineOf?.(name);
    const place = line === undefined ? "" : ` line ${line}`;
    warnings.push(sanitize(`Settings file${place}: ${name} ${problem}.`));
  };
  const warn = (name: string, value: unknown, wanted: string) =>
    addWarning(name, `is ${shown(value)}, not ${wanted}`);
  if (kept !== undefined && !isObject(kept)) warn("settings", kept, "an object");
  const file = isObject(kept) ? kept : {};
  const unknown = Object.keys(file).filter(
    (name) => name !== "keys" && !settingNames.some((own) => own === name),
  );
  for (const name of unknown) {
    addWarning(name.slice(0, 60), "is not a setting");
  }
  const keys = keysFrom(file["keys"], warn);
  const found: FoundSettings = {
    ...fromFile(file, warn),
    ...settingsFromEnvironment(variables),
    ...settingsFromFlags(flags),
  };
  const values = { ...firstSettings, ...valuesOf(found), keys };
  const origin = (name: SettingName): Resolved =>
    found[name] ?? { value: firstSettings[name], origin: "default" };
  return {
    settings: v.parse(settingsShape, values),
    origins: {
      theme: origin("theme"),
      motion: origin("motion"),
      clipboard: origin("clipboard"),
      notifications: origin("notifications"),
      taskbar: origin("taskbar"),
      mouse: origin("mouse"),
      accessible: origin("accessible"),
      connections: origin("connections"),
      jobs: origin("jobs"),
      limitRate: origin("limitRate"),
      keys: { value: keys, origin: file["keys"] === undefined ? "default" : "file" },
    },
    keyLines: linesOf(Object.keys(keys), lineOf),
    warnings,
  };
}

/** Includes the conf file at `path`, whose lines the warnings cite. Never throws. */
export function readSettings(
  preferences: Preferences,
  path: string,
  { flags, variables }: Pick<SettingSources, "flags" | "variables">,
): ResolvedSettings {
  return resolveSettings({
    flags,
    variables,
    kept: preferences.keptSettings(),
    lineOf: (name) => lineInFile(path, name),
  });
}

/** The warnings about the settings that transfers use, for commands. */
export function transferWarnings(preferences: Preferences, path: string): readonly string[] {
  const kept = preferences.keptSettings();
  const used = [...settingCounts, "limitRate"];
  return resolveSettings({
    variables: {},
    kept: isObject(kept) ? Object.fromEntries(used.map((name) => [name, kept[name]])) : kept,
    lineOf: (name) => lineInFile(path, name),
  }).warnings;
}

function lineInFile(path: string, name: string): number | undefined {
  try {
    return lineOf(readFileSync(path, "utf8"), name === "settings" ? name : `settings.${name}`);
  } catch {
    return undefined;
  }
}
