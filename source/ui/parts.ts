import type { Auth, FileStore } from "../api/service.ts";
import type { Variables } from "../base/environment-types.ts";
import type { Preferences } from "../config/preferences.ts";
import type { Settings } from "../domain/settings.ts";
import type { ListingCache } from "../listing-cache/contract.ts";
import type { Services } from "../store/services.ts";
import type { ScreenStream, TerminalStream } from "../terminal/render/screen-stream.ts";
import type { TransferEngine } from "../transfer/engine.ts";

/** What the terminal program is made of. */
export interface TerminalProgramParts {
  auth: Auth;
  fileStore: FileStore;
  transfers: TransferEngine;
  openPreview: Services["openPreview"];
  preferences: Preferences;
  catalogue: ListingCache;
  /** Origin of the service. */
  host: string;
  version: string;
  workingDirectory: string;
  bucket?: string;
  package?: string;
  /** True: nothing of the last session is restored except unfinished downloads. */
  fresh?: boolean;
  /** What a person chose; as at first where it is left out. */
  settings?: Settings;
  /** Where the settings file gives commands other keys, by command id. */
  keyLines?: Readonly<Record<string, number>>;
  /** Sentences to show first, such as that the settings were damaged. */
  notices: readonly string[];
  /** Called once the program listens to signals itself: nobody else has to from then on. */
  takesSignals?: () => void;
  stdin: TerminalInput;
  stdout: TerminalStream;
  /** Where the first frame stands already; left out: nothing was drawn yet. */
  screen?: ScreenStream | undefined;
  variables: Variables;
  demo: boolean;
}

/** A keyboard; it can hand on each key as it is pressed. */
export type TerminalInput = NodeJS.ReadableStream & {
  readonly isTTY?: boolean;
  setRawMode?(isRaw: boolean): unknown;
};
