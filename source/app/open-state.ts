import { createPreferences, type PreferencesFile } from "../config/preferences.ts";
import { type KeptState, openKeptState } from "../config/state-store.ts";

/** The conf file, and what a person prefers by it. */
export interface Kept {
  state: KeptState;
  preferences: PreferencesFile;
}

/** Opens the conf file in its folder; undefined: the platform's. Throws an AppError of kind disk. */
export function openKept(directory: string | undefined, notice: (text: string) => void): Kept {
  const state = openKeptState({ directory, notice });
  return { state, preferences: createPreferences(state, state.tellOnce) };
}
