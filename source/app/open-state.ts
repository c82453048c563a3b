import { createPreferences, type PreferencesFile } from "../config/preferences.ts";
import { openStateStore, type StateStore } from "../config/state-store.ts";

export interface OpenState {
  state: StateStore;
  preferences: PreferencesFile;
}

/** An undefined `directory` is the platform's. Throws an AppError of kind disk. */
export function openState(
  directory: string | undefined,
  notice: (text: string) => void,
): OpenState {
  const state = openStateStore({ directory, notice });
  return { state, preferences: createPreferences(state, state.noticeOnce) };
}
