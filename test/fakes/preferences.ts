import type { Preferences } from "../../source/config/preferences.ts";

/** Preferences that end with the test. */
export class FakePreferences implements Preferences {
  readonly recent: string[] = [];
  directory: string | undefined;
  settings: Readonly<Record<string, unknown>> = {};
  account: ReturnType<Preferences["lastAccount"]>;

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

  keptSettings(): unknown {
    return this.settings;
  }

  setSetting(name: string, value: string | number | undefined): void {
    this.settings = { ...this.settings, [name]: value };
  }

  lastAccount(): ReturnType<Preferences["lastAccount"]> {
    return this.account;
  }
}
