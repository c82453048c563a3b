import type { Parts } from "../../app/compose.ts";
import type { ObjectStore } from "../../s3/object-store.ts";
import { sameObject } from "../../s3/same-object.ts";
import type { FileView } from "../../sync/folder-state.ts";
import type { FileRecord } from "../../sync/manifest.ts";
import type { Call } from "../console/call.ts";
import type { StoreLocation } from "../resolve/destination.ts";
import { openStoreAt } from "../resolve/store-at.ts";
import { storeDestination } from "../transfer/store-destination.ts";
import { recordAll, type SyncDestination } from "./destination.ts";
import { openStoreManifest } from "./store-manifest.ts";

/** Every write replaces the whole object, so that many small file sets share one. */
const saveEveryMs = 10_000;

/** How long an interrupted run may take to save what it has done. */
const lastSaveMs = 8_000;

/**
 * An object store. After the last file of a file set SHA256SUMS, the manifest and an empty _SUCCESS are written,
 * in this order. Rejects with an AppError if the store cannot be used.
 */
export async function openSyncStore(
  { address, directory }: StoreLocation,
  parts: Parts,
  { signal }: Call,
): Promise<SyncDestination> {
  const store = await openStoreAt(address, parts, signal);
  const { keepSums, openBatch, withSha256 } = storeDestination(directory, store, signal);
  const opened = await openStoreManifest(store, signal);
  const view = await viewOfStore(store, signal);
  const sums = keepSums();
  let savedAtMs = Number.NEGATIVE_INFINITY;
  let hasCompleted = false;

  const manifestFile: SyncDestination["manifestFile"] = {
    ...opened,
    record(fact) {
      opened.record(fact);
      if (fact.fact === "there") view.arrived(fact.file);
      if (fact.fact === "complete") hasCompleted = true;
    },
    save: () => opened.save(signal),
  };

  const save = async () => {
    await sums.save();
    await opened.save(signal);
    if (hasCompleted) await store.put("_SUCCESS", "", { replaces: true }, signal);
    hasCompleted = false;
    savedAtMs = performance.now();
  };

  return {
    manifestFile,
    view,
    sums,
    openBatch,
    withSha256,
    async fileEnded() {
      if (hasCompleted && performance.now() - savedAtMs >= saveEveryMs) await save();
    },
    // Nothing is removed from a store.
    removeUnwanted: async () => 0,
    async save() {
      if (opened.isChanged()) await recordAll(opened, view, sums);
      await save();
    },
    async close() {
      if (!opened.isChanged()) return;
      // The next run finds what is not saved by its metadata.
      await opened.save(AbortSignal.timeout(lastSaveMs)).catch(() => undefined);
    },
  };
}

interface StoreView extends FileView {
  arrived(file: FileRecord): void;
}

/** The names and sizes that a listing gives, and what arrives afterwards. */
async function viewOfStore(store: ObjectStore, signal: AbortSignal): Promise<StoreView> {
  const sizes = new Map<string, number>();
  for await (const { name, bytes } of store.list(signal)) sizes.set(name, bytes);
  const bySize: FileView["bySize"] = (name, bytes) => {
    const found = sizes.get(name);
    if (found === undefined) return "missing";
    return found === bytes ? "present" : "damaged";
  };
  return {
    bySize,
    isFree: (name) => !sizes.has(name),
    async byContent({ bytes, fileId, md5, name }, looking) {
      const object = await store.head(name, looking);
      if (object === undefined) return "missing";
      return sameObject({ bytes, fileId, md5 }, object) === undefined ? "damaged" : "present";
    },
    arrived: ({ bytes, name }) => void sizes.set(name, bytes),
  };
}
