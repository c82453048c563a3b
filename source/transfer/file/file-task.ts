import type { DiskSpace } from "../../files/free-space.ts";
import type { FetchContext } from "../object/task.ts";
import type { Verdict } from "../verify/verdict.ts";
import type { FollowerPool } from "../verify/worker-pool.ts";
import type { Destinations } from "./destination.ts";

/** What a file's fetching needs; the same for all files. */
export interface FileContext extends FetchContext {
  destinations: Destinations;
  followers: FollowerPool;
  diskSpace: DiskSpace;
  syncDirectory(directory: string): Promise<void>;
  boot: string;
}

/** What a file's fetching tells while it goes on. */
export interface FileReport {
  settled(path: string): void;
  sized(bytes: number): void;
  /** Body bytes came. */
  received(bytes: number): void;
  /** So many bytes of the file are on disk now. */
  stored(bytes: number): void;
  waiting(words: string | undefined): void;
  verifying(): void;
  /** It fetches again after verifying. */
  fetching(): void;
}

export interface FileOutcome extends Partial<Verdict> {
  state: "saved" | "skipped";
  path: string;
  bytes: number;
}
