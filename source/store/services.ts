import type { Auth, FileStore } from "../api/service.ts";
import type { Bandwidth } from "../base/bandwidth.ts";
import type { Preferences } from "../config/preferences.ts";
import type { FolderAnswer } from "../files/download-folder.ts";
import type { ListingCache } from "../listing-cache/contract.ts";
import type { Preview, PreviewFile } from "../preview/preview.ts";
import type { TransferEngine } from "../transfer/engine.ts";

export type CopyOutcome = "offered" | "too-long" | "off" | "failed";

export interface Leaving {
  exitCode: number;
  error?: Error;
}

/** Everything outside the store that its actions use; tests pass fakes. */
export interface Services {
  auth: Auth;
  fileStore: FileStore;
  transfers: TransferEngine;
  /** The rate limit of downloads and previews. */
  bandwidth: Pick<Bandwidth, "change" | "limitRate">;
  /** Reads the file at `path`, or else fetches it. Aborting the signal ends the preview. */
  openPreview(file: PreviewFile & { path?: string }, signal: AbortSignal): Promise<Preview>;
  preferences: Preferences;
  catalogue: ListingCache;
  host: string;
  nowMs(): number;
  copyText(text: string): CopyOutcome | Promise<CopyOutcome>;
  checkFolder(path: string): Promise<FolderAnswer>;
  createFolder(path: string): Promise<FolderAnswer>;
  /** Sizes in bytes of the existing files among `names`, which may be "FOLDER/NAME". Never rejects. */
  sizesOnDisk(directory: string, names: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Undefined if the system does not report it. */
  freeBytes(directory: string): Promise<number | undefined>;
  /** Lends the terminal to $PAGER with the unpacked text of a file; resolves with the problem, if any. */
  page(path: string): Promise<string | undefined>;
  /** Lends the terminal to $SHELL in that folder; resolves with the problem, if any. */
  openShell(directory: string): Promise<string | undefined>;
  /** Suspends the program until the shell resumes it. */
  suspend(): void;
  redraw(): void;
  leave(leaving: Leaving): void;
}
