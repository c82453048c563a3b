import type { DiskSpace } from "../../files/free-space.ts";
import { createAddress, type ObjectRead, StallTimeout } from "../../objects/read-object.ts";
import { fetchingWords } from "../../objects/recovery.ts";
import type { TransferRequest } from "../engine.ts";
import type { Emit } from "../events.ts";
import type { DownloadContext } from "../object/segment-download.ts";
import type { BodyPool } from "../verify/small-files.ts";
import type { WorkerPool } from "../verify/worker-pool.ts";
import type { Destinations } from "./destination.ts";

/** Shared by all files of an engine. */
export interface FileContext extends DownloadContext {
  destinations: Destinations;
  workers: WorkerPool;
  bodies: BodyPool;
  diskSpace: DiskSpace;
  makeFolder(directory: string): Promise<void>;
  syncDirectory(directory: string): Promise<void>;
  boot: string;
  /** False if the SHA-256 of a file with another check is not needed. */
  recordsSha256: boolean;
}

/** How a file is fetched: with one request into memory, or in segments into a part file. */
export type FetchWay = "whole" | "segments";

export interface FileTask {
  request: TransferRequest;
  way: FetchWay;
  context: FileContext;
  emit: Emit;
  signal: AbortSignal;
}

/** A GET whose address is not shared with other requests. */
export function createRead({ context, emit, request, signal }: FileTask): ObjectRead {
  const { source, stallTimeoutMs } = context;
  return {
    source,
    address: createAddress(source, request.file.fileId, signal),
    words: fetchingWords(request.file.name),
    stall: new StallTimeout(stallTimeoutMs, signal),
    received: (bytes) => emit({ kind: "received", bytes }),
  };
}
