import { setMaxListeners } from "node:events";
import { AppError, isAbort, toAppError } from "../base/errors.ts";
import type { TransferBatch, TransferRequest } from "../transfer/engine.ts";
import type { Emit, FileOutcome } from "../transfer/events.ts";
import { apply, createRecord, isOver, type TransferRecord } from "../transfer/queue/record.ts";
import { createNotifier, createSnapshots } from "../transfer/queue/snapshots.ts";
import { PartBuffers } from "./part-buffers.ts";
import { leastPartBytes } from "./part-size.ts";
import { StoreNames } from "./store-names.ts";
import { type UploadContext, uploadFile } from "./upload-file.ts";

/** A large file uses many connections by itself. */
const largeAtATime = 2;
const filesAtATime = 16;
const notifyEveryMs = 200;

/** How often an upload may begin, if others write the same names at the same time. */
const mostBeginnings = 4;

/** Enough for the parts of two large files, or sixteen small ones. */
const buffersBytes = 80 * 1024 * 1024;

/** Streams files into a store, several at a time. */
export function createStoreTransfers(
  parts: Omit<UploadContext, "buffers">,
  { jobs = filesAtATime, nowMs = () => performance.now() }: { jobs?: number; nowMs?: () => number },
): TransferBatch {
  const context = { ...parts, buffers: new PartBuffers(buffersBytes) };
  const records = new Map<string, TransferRecord>();
  const waiting: TransferRecord[] = [];
  const running = new Map<TransferRecord, Promise<void>>();
  const stopping = new AbortController();
  // Each file listens to it; Node would warn of a leak.
  setMaxListeners(0, stopping.signal);
  const names = new StoreNames(context.store);
  const notifier = createNotifier(notifyEveryMs, nowMs);
  const snapshots = createSnapshots(records, notifyEveryMs, nowMs);
  let count = 0;
  let idle: (() => void)[] = [];

  const changed = (record: TransferRecord) => {
    snapshots.changed(record);
    notifier.changed();
  };

  const schedule = () => {
    const large = [...running.keys()].filter(isLarge).length;
    let room = { all: Math.min(jobs, filesAtATime) - running.size, large: largeAtATime - large };
    for (const record of waiting.splice(0)) {
      const mayStart = room.all > 0 && (room.large > 0 || !isLarge(record));
      if (!mayStart || stopping.signal.aborted) {
        waiting.push(record);
        continue;
      }
      room = { all: room.all - 1, large: room.large - (isLarge(record) ? 1 : 0) };
      start(record);
    }
    if (running.size + waiting.length > 0) return;
    for (const resolve of idle.splice(0)) resolve();
  };

  const start = (record: TransferRecord) => {
    apply(record, { kind: "started" }, nowMs());
    const emit: Emit = (event) => {
      if (apply(record, event, nowMs())) changed(record);
    };
    changed(record);
    const run = storeFile(record.request, names, context, emit, stopping.signal)
      .then((outcome) => apply(record, { kind: "finished", outcome }, nowMs()))
      .catch((thrown) => {
        if (isAbort(thrown) || stopping.signal.aborted)
          return apply(record, { kind: "interrupted", state: "queued" }, nowMs());
        const error = toAppError(thrown, `Uploading ${record.request.file.name}`);
        return apply(record, { kind: "failed", error }, nowMs());
      })
      .then(() => {
        apply(record, { kind: "stopped" }, nowMs());
        running.delete(record);
        changed(record);
        schedule();
      });
    running.set(record, run);
  };

  return {
    add(requests) {
      const added = requests.map((request) => {
        count += 1;
        const record = createRecord(`transfer-${count}`, request, "queued");
        records.set(record.id, record);
        waiting.push(record);
        changed(record);
        return record.id;
      });
      schedule();
      return added;
    },
    clearEnded() {
      for (const record of records.values()) {
        if (!isOver(record.phase.state) || running.has(record)) continue;
        records.delete(record.id);
        changed(record);
      }
    },
    snapshot: snapshots.take,
    subscribe: notifier.subscribe,
    idle() {
      if (running.size + waiting.length === 0) return Promise.resolve();
      return new Promise((resolve) => idle.push(resolve));
    },
    async stop() {
      stopping.abort();
      await Promise.all(running.values());
      idle = [];
    },
  };
}

function isLarge({ request: { file } }: TransferRecord): boolean {
  return file.bytes === undefined || file.bytes > leastPartBytes;
}

async function storeFile(
  request: TransferRequest,
  names: StoreNames,
  context: UploadContext,
  emit: Emit,
  signal: AbortSignal,
): Promise<FileOutcome> {
  const { file } = request;
  for (let beginning = 1; beginning <= mostBeginnings; beginning += 1) {
    const { name, present, replaces } = await names.settle(request, signal);
    const path = context.store.textOf(name);
    emit({ kind: "named", path });
    if (present !== undefined) return { path, ...present, state: "skipped" };
    const outcome = await uploadFile(context, { file, name, replaces, emit, signal });
    if (outcome.kind === "written") {
      const { bytes, sha256, verifiedBy } = outcome;
      return { path, bytes, sha256, verifiedBy, state: "saved" };
    }
    // Another process has written the name, or has completed the same upload: look again.
    emit({ kind: "stored", bytes: 0 });
  }
  throw new AppError({
    kind: "disk",
    tried: `Uploading ${file.name}`,
    answered: "other programs keep writing or ending it",
    advice: "Try again when they have ended.",
  });
}
