import type { SettingName } from "../domain/settings.ts";
import type { Visit } from "../domain/visit.ts";

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
