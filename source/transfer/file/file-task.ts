import type { DiskSpace } from "../../files/free-space.ts";
import { createAddress } from "../../objects/address.ts";
import { fetchingWords } from "../../objects/read-errors.ts";
import type { ObjectRead } from "../../objects/read-object.ts";
import { StallTimeout } from "../../objects/stall-timeout.ts";
import type { TransferRequest } from "../engine.ts";
import type { Emit } from "../events.ts";
import type { DownloadContext } from "../object/object-download.ts";
import type { WorkerPool } from "../verify/worker-pool.ts";
import type { Destinations } from "./destination.ts";

/** Shared by all files of an engine. */
export interface FileContext extends DownloadContext {
  destinations: Destinations;
  workers: WorkerPool;
  diskSpace: DiskSpace;
  makeFolder(directory: string): Promise<void>;
  syncDirectory(directory: string): Promise<void>;
  boot: string;
}

export interface FileTask {
  request: TransferRequest;
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
