import { basename } from "node:path";
import { type Parts, transferSettings } from "../../app/compose.ts";
import { AppError } from "../../base/errors.ts";
import { systemClock } from "../../base/waiting.ts";
import { keeperOf, type SumsKeeper } from "../../checksums/keep-sums.ts";
import { changedSums } from "../../checksums/sums-file.ts";
import type { ObjectStore } from "../../s3/object-store.ts";
import { createStoreTransfers } from "../../s3/store-transfers.ts";
import { createFileStreams } from "../../stream/file-streams.ts";
import type { Transfer } from "../../transfer/engine.ts";
import type { Call } from "../console/call.ts";
import type { StoreLocation } from "../resolve/destination.ts";
import { openStoreAt } from "../resolve/store-at.ts";
import type { TransferDestination } from "./destination.ts";

/** Each write replaces the whole object. */
const sumsEveryMs = 30_000;

/** How long an interrupted call writes what it has done. */
const lastSaveMs = 8_000;

/** Opens an object store. Rejects with an AppError if it cannot be used. */
export async function openStoreDestination(
  { address, directory }: StoreLocation,
  parts: Pick<Parts, "exchange">,
  { signal }: Call,
): Promise<TransferDestination> {
  return storeDestination(directory, await openStoreAt(address, parts, signal), signal);
}

export function storeDestination(
  directory: string,
  store: ObjectStore,
  signal: AbortSignal,
): TransferDestination {
  return {
    directory,
    keepSums: () => keepSumsIn(store, signal),
    openBatch: (parts, call) => openBatch(store, parts, call),
    withSha256: (transfer, running) => withSha256(store, transfer, running),
  };
}

function openBatch(
  store: ObjectStore,
  { bandwidth, objects, preferences }: Parts,
  { environment }: Call,
) {
  const { retryDelayMs, stallTimeoutMs } = environment;
  const context = { source: objects, retryDelayMs, stallTimeoutMs, clock: systemClock };
  const { connections, jobs } = transferSettings(environment, preferences);
  const streams = createFileStreams(context, connections, bandwidth);
  return createStoreTransfers({ store, streams }, { jobs });
}

function keepSumsIn(store: ObjectStore, signal: AbortSignal): SumsKeeper {
  return keeperOf({
    change(change) {
      const saving = signal.aborted ? AbortSignal.timeout(lastSaveMs) : signal;
      return store.changeText("SHA256SUMS", (text) => changedSums(text, change), saving);
    },
    everyMs: sumsEveryMs,
  });
}

/** Reads the object if nothing else has its SHA-256, or resolves with the transfer as failed. */
async function withSha256(
  store: ObjectStore,
  transfer: Transfer,
  signal: AbortSignal,
): Promise<Transfer> {
  const { path, state, sha256 } = transfer;
  if (path === undefined || state === "failed" || sha256 !== undefined) return transfer;
  try {
    const name = basename(path);
    const object = await store.head(name, signal);
    const known = object?.metadata["cfs-sha256"];
    return { ...transfer, sha256: known ?? (await store.sha256Of(name, signal)) };
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    return { ...transfer, state: "failed", error: thrown };
  }
}
