import type { SettingName } from "../domain/settings.ts";
import type { Visit } from "../domain/visit.ts";
import type { SavedState } from "./state-schema.ts";
import type { StateStore } from "./state-store.ts";

const recentBucketsKept = 20;

export interface PreferencesFile extends Preferences {
  /** Resolves when every change so far is on disk, or could not be written. */
  flush(): Promise<void>;
}

/**
 * Preferences over the conf file. Reading is at once; a change is seen by this process at once and
 * written behind under the file's lock, so that another process's refresh token is never undone.
 * A change that cannot be written is told once.
 */
export function createPreferences(
  kept: StateStore,
  notice: (text: string) => void,
): PreferencesFile {
  let state = kept.read();
  let written: Promise<void> = Promise.resolve();
  let told = false;

  const change = (apply: (state: SavedState) => SavedState) => {
    state = apply(state);
    written = written
      .then(() =>
        kept.exclusive(async (transaction) => transaction.write(apply(transaction.read()))),
      )
      .catch((thrown: unknown) => {
        if (!told) notice(thrown instanceof Error ? thrown.message : String(thrown));
        told = true;
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
    setSetting: (name, value) =>
      change((before) => ({ ...before, settings: withSetting(before["settings"], name, value) })),
    flush: () => written,
  };
}

function withBucket(buckets: readonly string[], name: string): string[] {
  const others = buckets.filter((bucket) => bucket.toLowerCase() !== name.toLowerCase());
  return [name, ...others].slice(0, recentBucketsKept);
}

function withSetting(kept: unknown, name: string, value: string | number | undefined): object {
  const others = typeof kept === "object" && kept !== null && !Array.isArray(kept) ? kept : {};
  return { ...others, [name]: value };
}

/** What the person chose or used before; it outlives the process. No secrets. */
export interface Preferences {
  /** Newest first, at most 20, each once without regard to case. */
  recentBuckets(): readonly string[];
  rememberBucket(name: string): void;
  /** Absolute path of the chosen download folder; undefined: the folder the program was started in. */
  downloadDirectory(): string | undefined;
  setDownloadDirectory(path: string | undefined): void;
  /** Where the account that was here last was when it left. */
  lastVisit(): Visit | undefined;
  setLastVisit(visit: Visit | undefined): void;
  /** What stands under "settings" in the file, as it is there. */
  keptSettings(): unknown;
  /** Keeps one setting; undefined takes it out of the file. */
  setSetting(name: SettingName, value: string | number | undefined): void;
}
