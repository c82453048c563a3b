import { createPreferences, type PreferencesFile } from "../config/preferences.ts";
import { openStateStore, type StateStore } from "../config/state-store.ts";

/** The conf file, and what a person prefers by it. */
export interface OpenState {
  state: StateStore;
  preferences: PreferencesFile;
}

/** Opens the conf file in its folder; undefined: the platform's. Throws an AppError of kind disk. */
export function openState(
  directory: string | undefined,
  notice: (text: string) => void,
): OpenState {
  const state = openStateStore({ directory, notice });
  return { state, preferences: createPreferences(state, state.noticeOnce) };
}
