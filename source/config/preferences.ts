import type { SettingName } from "../domain/settings.ts";
import type { Visit } from "../domain/visit.ts";
import type { SavedState } from "./state-schema.ts";
import { openStateStore, type StateStore } from "./state-store.ts";

const recentBucketsKept = 20;

export interface PreferencesFile extends Preferences {
  /** Resolves when pending changes have been written or have failed. */
  flush(): Promise<void>;
}

/**
 * Preferences in the conf file. Changes apply to this process at once and are written in the background
 * under the file's lock, so that no other process's refresh token is overwritten. A failed write is
 * reported once.
 */
export function createPreferences(
  stateStore: StateStore,
  notice: (text: string) => void,
): PreferencesFile {
  let state = stateStore.read();
  let written: Promise<void> = Promise.resolve();
  let isReported = false;

  const change = (apply: (state: SavedState) => SavedState) => {
    state = apply(state);
    written = written
      .then(() => stateStore.exclusive(async (file) => file.write(apply(file.read()))))
      .catch((thrown: unknown) => {
        if (!isReported) notice(thrown instanceof Error ? thrown.message : String(thrown));
        isReported = true;
      });
  };

  return {
    recentBuckets: () => state.recentBuckets,
    rememberBucket: (name) =>
      change((before) => ({ ...before, recentBuckets: withBucket(before.recentBuckets, name) })),
    downloadDirectory: () => state.downloadDirectory,
    setDownloadDirectory: (path) => change((before) => ({ ...before, downloadDirectory: path })),
    lastVisit: () => state.lastVisit,
    setLastVisit: (visit) => change((before) => ({ ...before, lastVisit: visit })),
    keptSettings: () => state["settings"],
    setSetting: (name, value) => change((before) => withSetting(before, name, value)),
    flush: () => written,
  };
}

function withBucket(buckets: readonly string[], name: string): string[] {
  const others = buckets.filter((bucket) => bucket.toLowerCase() !== name.toLowerCase());
  return [name, ...others].slice(0, recentBucketsKept);
}

/** Undefined removes the setting. */
export function withSetting(
  state: SavedState,
  name: SettingName,
  value: string | number | undefined,
): SavedState {
  const kept = state["settings"];
  const others = typeof kept === "object" && kept !== null && !Array.isArray(kept) ? kept : {};
  return { ...state, settings: { ...others, [name]: value } };
}

/** Choices that outlive the process. No secrets. */
export interface Preferences {
  /** Newest first, at most 20, case-insensitively unique. */
  recentBuckets(): readonly string[];
  rememberBucket(name: string): void;
  /** Absolute path; undefined: the working directory. */
  downloadDirectory(): string | undefined;
  setDownloadDirectory(path: string | undefined): void;
  /** The account's last place in the terminal program. */
  lastVisit(): Visit | undefined;
  setLastVisit(visit: Visit | undefined): void;
  /** The raw "settings" of the conf file. */
  keptSettings(): unknown;
  /** Keeps one setting; undefined removes it from the file. */
  setSetting(name: SettingName, value: string | number | undefined): void;
}

export interface OpenState {
  stateStore: StateStore;
  preferences: PreferencesFile;
}

/**
 * An undefined `directory` is the platform's, an undefined `profile` the default one. Throws an AppError of
 * kind disk.
 */
export function openState(
  directory: string | undefined,
  notice: (text: string) => void,
  profile?: string,
): OpenState {
  const stateStore = openStateStore({ directory, notice, profile });
  return { stateStore, preferences: createPreferences(stateStore, stateStore.noticeOnce) };
}
