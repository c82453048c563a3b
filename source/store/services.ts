import type { Auth, FileStore } from "../api/service.ts";
import type { Bandwidth } from "../base/bandwidth.ts";
import type { Preferences } from "../config/preferences.ts";
import type { FolderAnswer, FolderNames } from "../files/download-folder.ts";
import type { ListingCache } from "../listing-cache/contract.ts";
import type { Preview, PreviewFile } from "../preview/preview.ts";
import type { TransferEngine } from "../transfer/engine.ts";
import type {
  PackageToWatch,
  PackageWatch,
  WatchHandlers,
  WatchOwner,
} from "../watch/package-watch.ts";

export type CopyOutcome = "offered" | "too-long" | "off" | "failed";

export interface Leaving {
  exitCode: number;
  error?: Error;
}

/** An account in the menu that switches. */
export interface ProfileChoice {
  name: string;
  /** Undefined if it was never signed in. */
  user?: string | undefined;
  isSignedIn: boolean;
  isShown: boolean;
  /** Downloads under way. */
  downloads: number;
}

/** The accounts of the terminal program, of which one is shown. */
export interface Profiles {
  list(): readonly ProfileChoice[];
  /** Shows another one, while the downloads of this one continue. Rejects if it cannot be opened. */
  show(name: string): Promise<void>;
  /** Resolves when the others have nothing to do. */
  idle(): Promise<void>;
  /** Stops the others, so that their downloads can resume at the next start. */
  stop(): Promise<void>;
}

/** What the actions use of one account. */
export interface AccountServices {
  auth: Auth;
  fileStore: FileStore;
  transfers: TransferEngine;
  /** Reads the file at `path` if it is given, otherwise fetches it. Aborting the signal ends the preview. */
  openPreview(file: PreviewFile & { path?: string }, signal: AbortSignal): Promise<Preview>;
  /** Loads what watches a package. */
  openWatch(wanted: PackageToWatch, handlers: WatchHandlers): Promise<PackageWatch>;
  /** The ids of the packages whose watch ended with an earlier program. */
  pausedWatches(owner: WatchOwner): Promise<readonly string[]>;
  preferences: Preferences;
  listingCache: ListingCache;
}

/** Everything outside the store that its actions use; tests pass fakes. */
export interface Services extends AccountServices {
  /** The rate limit of the downloads and previews of all accounts together. */
  bandwidth: Pick<Bandwidth, "change" | "limitRate">;
  /** Undefined if there can be only one account, as in the demo. */
  profiles?: Profiles | undefined;
  host: string;
  nowMs(): number;
  copyText(text: string): CopyOutcome | Promise<CopyOutcome>;
  checkFolder(path: string): Promise<FolderAnswer>;
  createFolder(path: string): Promise<FolderAnswer>;
  /** The folders that the typed path can be completed to. Never rejects. */
  foldersAt(typed: string): Promise<FolderNames>;
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
