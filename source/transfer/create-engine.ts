import type { Bandwidth } from "../base/bandwidth.ts";
import { type Clock, systemClock } from "../base/waiting.ts";
import { createDirectorySync } from "../files/disk.ts";
import { createDiskSpace } from "../files/free-space.ts";
import { createFolderMaker } from "../files/make-folder.ts";
import { bootId } from "../files/process-identity.ts";
import type { ObjectSource } from "../objects/source.ts";
import { createConnectionPool, usualConnections } from "./connections/connection-pool.ts";
import type { TransferEngine, TransferRequest } from "./engine.ts";
import { createDestinations } from "./file/destination.ts";
import { discardPartial } from "./file/discard.ts";
import type { FileContext } from "./file/file-task.ts";
import { createQueuePersistence } from "./queue/queue-file.ts";
import {
  apply,
  createRecord,
  isActive,
  isOver,
  mayBeCancelled,
  type TransferRecord,
} from "./queue/record.ts";
import { isRelocatable, relocatedDirectory } from "./queue/relocation.ts";
import { createNotifier, createSnapshots } from "./queue/snapshots.ts";
import { moveRecords, WaitQueue } from "./queue/wait-queue.ts";
import { createCancelledParts } from "./scheduler/cancelled-parts.ts";
import { createScheduler } from "./scheduler/scheduler.ts";
import { createBodyPool } from "./verify/small-files.ts";
import { createWorkerPool } from "./verify/worker-pool.ts";

const notifyEveryMs = 200;

export interface TransferEngineOptions {
  source: ObjectSource;
  /** Files at a time, except small ones. By default four large ones or sixteen of up to 8 MB. */
  jobs?: number;
  connections?: number;
  /** The rate limit of `source`. */
  bandwidth?: Pick<Bandwidth, "isReached" | "now">;
  /** Milliseconds before the first retry for a missing object; they grow. */
  retryDelayMs?: number;
  /** While the network is away, retries until a transfer is paused or cancelled; otherwise it fails. */
  retriesUntilStopped?: boolean;
  /** Milliseconds without a byte after which a connection is given up. */
  stallTimeoutMs?: number;
  /** The built worker.ts for verification threads; without it this thread verifies. */
  workerUrl?: URL;
  /** Keeps unfinished transfers, which the next engine restores as paused; without it none are kept. */
  stateDirectory?: string;
  /** False: stopping removes the partial files, because no later engine resumes them. */
  keepsParts?: boolean;
  /** Computes the SHA-256 of each file, for who reads it. */
  recordsSha256?: boolean;
  /** Milliseconds for which the partial file of a cancelled transfer is kept. */
  cancelledPartMs?: number;
  clock?: Clock;
}

/** Creates an idle engine. */
export function createTransferEngine({
  source,
  jobs,
  connections = usualConnections,
  bandwidth,
  workerUrl,
  stateDirectory,
  keepsParts = true,
  retryDelayMs = 10_000,
  retriesUntilStopped = false,
  stallTimeoutMs = 30_000,
  recordsSha256 = true,
  cancelledPartMs = 60_000,
  clock = systemClock,
}: TransferEngineOptions): TransferEngine {
  const { nowMs } = clock;
  const records = new Map<string, TransferRecord>();
  const workers = createWorkerPool(workerUrl);
  const context: FileContext = {
    source,
    pool: createConnectionPool(connections, nowMs, bandwidth),
    destinations: createDestinations(),
    workers,
    bodies: createBodyPool(),
    diskSpace: createDiskSpace(),
    makeFolder: createFolderMaker(),
    syncDirectory: createDirectorySync(),
    boot: bootId(),
    recordsSha256,
    retryDelayMs,
    retriesUntilStopped,
    stallTimeoutMs,
    clock,
  };
  const queue = new WaitQueue(records);
  const notifier = createNotifier(notifyEveryMs, nowMs);
  const snapshots = createSnapshots(records, notifyEveryMs, nowMs);
  const persistence = createQueuePersistence(stateDirectory, records);
  let count = 0;

  const onChanged = (record: TransferRecord) => {
    snapshots.changed(record);
    notifier.changed();
  };
  const onTick = () => {
    snapshots.passed();
    notifier.changed();
  };

  const scheduler = createScheduler({
    jobs: jobs ?? 4,
    mediumFiles: jobs ?? 16,
    connections,
    queue,
    context,
    onChanged,
    onTick,
    onScheduled: persistence.saveSoon,
  });
  const { schedule } = scheduler;
  const cancelledParts = createCancelledParts(cancelledPartMs, async (record) => {
    await scheduler.discard(record);
    apply(record, { kind: "discarded" }, nowMs());
    onChanged(record);
    persistence.saveSoon();
  });
  for (const { cancelledAtMs, path, ...request } of persistence.recovered) {
    const record = insert(request, cancelledAtMs === undefined ? "paused" : "queued", path);
    if (cancelledAtMs === undefined) continue;
    cancel(record, cancelledAtMs);
    if (Date.now() - cancelledAtMs > cancelledPartMs) void clearCancelled(record);
  }

  function insert(
    request: TransferRequest,
    state: "queued" | "paused",
    path?: string,
  ): TransferRecord {
    count += 1;
    const record = createRecord(`transfer-${count}`, request, state, path);
    records.set(record.id, record);
    if (state === "queued") queue.enqueue(record, "last");
    onChanged(record);
    return record;
  }

  /** Aborts the run; the state that follows it is already applied. */
  function abort(record: TransferRecord): void {
    if (record.phase.state === "queued") queue.enqueue(record, "own");
    else queue.remove(record);
    scheduler.abort(record);
    onChanged(record);
    schedule();
  }

  function interrupt(record: TransferRecord, state: "queued" | "paused"): void {
    apply(record, { kind: "interrupted", state }, nowMs());
    abort(record);
  }

  function cancel(record: TransferRecord, atMs: number): void {
    apply(record, { kind: "cancelled", atMs }, nowMs());
    cancelledParts.keep(record, atMs);
    abort(record);
  }

  function remove(record: TransferRecord): void {
    records.delete(record.id);
    onChanged(record);
  }

  async function clearCancelled(record: TransferRecord): Promise<void> {
    await cancelledParts.discardNow(record);
    if (record.phase.state !== "cancelled") return;
    remove(record);
    persistence.saveSoon();
  }

  function requeue(record: TransferRecord): void {
    cancelledParts.release(record);
    apply(record, { kind: "requeued" }, nowMs());
    queue.enqueue(record, "own");
    onChanged(record);
  }

  function add({ file, directory, overwrite, onto, keepsName }: TransferRequest): string {
    const request = { file, directory, overwrite, onto, keepsName };
    for (const record of records.values()) {
      const { id, request: known } = record;
      if (known.file.fileId !== file.fileId || known.directory !== directory) continue;
      if (isActive(record.phase.state)) return id;
      apply(record, { kind: "requested", request }, nowMs());
      if (record.phase.state === "paused") interrupt(record, "queued");
      if (isOver(record.phase.state)) requeue(record);
      return id;
    }
    return insert(request, "queued").id;
  }

  return {
    add(requests) {
      const ids = requests.map(add);
      schedule();
      persistence.saveNow();
      return ids;
    },
    pause(id) {
      const record = records.get(id);
      const state = record?.phase.state;
      if (record && (state === "queued" || state === "running" || state === "verifying")) {
        interrupt(record, "paused");
      }
    },
    resume(id) {
      const record = records.get(id);
      if (record?.phase.state === "paused") interrupt(record, "queued");
    },
    cancel(id) {
      const record = records.get(id);
      if (record && mayBeCancelled(record.phase.state)) cancel(record, Date.now());
    },
    restore(id) {
      const record = records.get(id);
      if (record?.phase.state !== "cancelled" || !cancelledParts.release(record)) return;
      const { error, wasPaused } = record.phase;
      if (error) {
        apply(record, { kind: "failed", error }, nowMs());
        onChanged(record);
      } else interrupt(record, wasPaused ? "paused" : "queued");
      persistence.saveSoon();
    },
    retry(id) {
      const record = records.get(id);
      if (record?.phase.state !== "failed" && record?.phase.state !== "cancelled") return;
      requeue(record);
      schedule();
    },
    relocate(from, to) {
      const isMoving = (record: TransferRecord) =>
        isRelocatable(record, from) && !scheduler.isBusy(record);
      const moved = [...records.values()].filter(isMoving);
      for (const record of moved) {
        const { path, request } = record;
        if (path !== undefined) void scheduler.discard(record, { path, request });
        const directory = relocatedDirectory(request.directory, from, to);
        apply(record, { kind: "relocated", directory }, nowMs());
        if (record.phase.state === "failed") requeue(record);
        onChanged(record);
      }
      schedule();
      persistence.saveNow();
      return moved.length;
    },
    move(ids, way) {
      moveRecords(records, ids, way);
      queue.reordered();
      onTick();
      persistence.saveSoon();
    },
    clearEnded() {
      for (const record of records.values()) {
        if (!isOver(record.phase.state) || scheduler.isBusy(record)) continue;
        if (cancelledParts.has(record)) void clearCancelled(record);
        else remove(record);
      }
      persistence.saveNow();
    },
    snapshot: snapshots.take,
    subscribe: notifier.subscribe,
    idle: scheduler.idle,
    async stop() {
      const discarded = cancelledParts.discardAll();
      const ended = scheduler.stop();
      for (const record of records.values()) {
        if (isActive(record.phase.state)) interrupt(record, "queued");
      }
      await Promise.all([ended, discarded]);
      if (!keepsParts)
        await Promise.all([...records.values()].filter(isPartial).map(discardPartial));
      persistence.saveNow();
      await workers.close();
      schedule();
    },
  };
}

function isPartial({ phase: { state } }: TransferRecord): boolean {
  return state !== "saved" && state !== "skipped";
}
