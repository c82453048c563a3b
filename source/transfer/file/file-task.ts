import type { DiskSpace } from "../../files/free-space.ts";
import type { TransferRequest } from "../engine.ts";
import type { Emit } from "../events.ts";
import type { DownloadContext } from "../object/object-download.ts";
import type { Verdict } from "../verify/verdict.ts";
import type { WorkerPool } from "../verify/worker-pool.ts";
import type { Destinations } from "./destination.ts";

/** What the fetching of a file needs; the same for all files. */
export interface FileContext extends DownloadContext {
  destinations: Destinations;
  workers: WorkerPool;
  diskSpace: DiskSpace;
  syncDirectory(directory: string): Promise<void>;
  boot: string;
}

/** One file to fetch. */
export interface FileTask {
  request: TransferRequest;
  context: FileContext;
  emit: Emit;
  signal: AbortSignal;
}

export type FileOutcome = { path: string; bytes: number } & (
  | ({ state: "saved" } & Verdict)
  | ({ state: "skipped" } & Pick<Verdict, "verifiedBy">)
);
