import { readFileSync } from "node:fs";
import { lineOf } from "./json-position.ts";
import type { Preferences } from "./preferences-part.ts";
import { type ResolvedSettings, resolveSettings, type SettingSources } from "./settings.ts";

/** The settings with the conf file at `path` having its say; warnings tell its lines. Throws nothing. */
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

function lineInFile(path: string, name: string): number | undefined {
  try {
    return lineOf(readFileSync(path, "utf8"), name === "settings" ? name : `settings.${name}`);
  } catch {
    return undefined;
  }
}
