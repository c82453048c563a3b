import type { Preferences } from "../../../source/config/preferences.ts";
import type { Visit } from "../../../source/domain/visit.ts";

/** Preferences that end with the test. */
export class FakePreferences implements Preferences {
  readonly recent: string[] = [];
  directory: string | undefined;
  visit: Visit | undefined;
  settings: Readonly<Record<string, unknown>> = {};

  recentBuckets(): readonly string[] {
    return this.recent.slice();
  }

  rememberBucket(name: string): void {
    const known = this.recent.findIndex((own) => own.toLowerCase() === name.toLowerCase());
    if (known >= 0) this.recent.splice(known, 1);
    this.recent.unshift(name);
  }

  downloadDirectory(): string | undefined {
    return this.directory;
  }

  setDownloadDirectory(path: string | undefined): void {
    this.directory = path;
  }

  lastVisit(): Visit | undefined {
    return this.visit;
  }

  setLastVisit(visit: Visit | undefined): void {
    this.visit = visit;
  }

  keptSettings(): unknown {
    return this.settings;
  }

  setSetting(name: string, value: string | number | undefined): void {
    this.settings = { ...this.settings, [name]: value };
  }
}
