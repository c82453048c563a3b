import type { Auth, FileStore } from "../api/service.ts";
import type { Preferences } from "../config/preferences.ts";
import type { FolderAnswer } from "../files/download-folder.ts";
import type { ListingCache } from "../listing-cache/contract.ts";
import type { Preview, PreviewFile } from "../preview/preview.ts";
import type { TransferEngine } from "../transfer/engine.ts";

/** What became of a text that was offered to the clipboard. */
export type CopyOutcome = "offered" | "too-long" | "off" | "failed";

/** How the program ends. */
export interface Leaving {
  exitCode: number;
  error?: Error;
}

/** Everything outside of the store that its actions use; tests give fakes. */
export interface Services {
  auth: Auth;
  fileStore: FileStore;
  transfers: TransferEngine;
  /** The beginning of a remote file; it ends when the signal aborts. */
  openPreview(file: PreviewFile, signal: AbortSignal): Promise<Preview>;
  preferences: Preferences;
  catalogue: ListingCache;
  host: string;
  nowMs(): number;
  copyText(text: string): CopyOutcome | Promise<CopyOutcome>;
  checkFolder(path: string): Promise<FolderAnswer>;
  createFolder(path: string): Promise<FolderAnswer>;
  /**
   * Bytes of those of `names` that are files in the folder; a name may have one folder before it, with "/"
   * between. Never rejects.
   */
  sizesOnDisk(directory: string, names: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Stops the program for the shell, until it is brought back. */
  suspend(): void;
  /** Draws the whole screen anew. */
  redraw(): void;
  /** Gives the terminal back and ends. */
  leave(leaving: Leaving): void;
}
