import type { Auth, FileStore } from "../api/service.ts";
import type { Variables } from "../base/environment-types.ts";
import type { Preferences } from "../config/preferences.ts";
import type { Settings } from "../domain/settings.ts";
import type { ListingCache } from "../listing-cache/contract.ts";
import type { ProfileChoice, Services } from "../store/services.ts";
import type { Keyboard } from "../terminal/mouse-input.ts";
import type { ScreenStream, TerminalStream } from "../terminal/render/screen-stream.ts";
import type { TransferEngine } from "../transfer/engine.ts";

/** What the program has for each account. */
export interface AccountParts {
  auth: Auth;
  fileStore: FileStore;
  transfers: TransferEngine;
  openPreview: Services["openPreview"];
  openWatch: Services["openWatch"];
  pausedWatches: Services["pausedWatches"];
  preferences: Preferences;
  listingCache: ListingCache;
}

/** The accounts between which the program can switch. */
interface ProfileParts {
  /** The one that the program starts with. */
  current: string;
  list(): readonly Pick<ProfileChoice, "name" | "user" | "isSignedIn">[];
  open(name: string): Promise<AccountParts>;
}

export interface TerminalProgramParts extends AccountParts {
  /** The rate limit of all accounts together. */
  bandwidth: Services["bandwidth"];
  /** Undefined in the demo. */
  profiles?: ProfileParts | undefined;
  /** The profile in the header. */
  profile?: string | undefined;
  host: string;
  version: string;
  workingDirectory: string;
  bucket?: string;
  package?: string;
  /** Skips restoring the last session, except for unfinished downloads. */
  fresh?: boolean;
  settings?: Settings;
  /** Lines in the settings file that rebind commands, by command id. */
  keyLines?: Readonly<Record<string, number>>;
  /** Shown first, for example that the settings file was damaged. */
  notices: readonly string[];
  /** Called once the program handles signals itself. */
  takesSignals?: () => void;
  stdin: Keyboard;
  stdout: TerminalStream;
  /** Present if the first frame is already drawn. */
  screen?: ScreenStream | undefined;
  variables: Variables;
  demo: boolean;
}
