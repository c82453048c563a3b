import { type Clock, systemClock } from "../base/clock.ts";
import { createDirectorySync } from "../files/disk.ts";
import { createDiskSpace } from "../files/free-space.ts";
import { bootId } from "../files/process-identity.ts";
import type { ObjectSource } from "../objects/source.ts";
import { createLanes } from "./connections/connection-pool.ts";
import type { TransferEngine, TransferRequest } from "./engine.ts";
import { createDestinations } from "./file/destination.ts";
import type { FileContext } from "./file/file-task.ts";
import { createKeeper, type Waiting } from "./queue/queue-file.ts";
import { createEntry, type Entry, isActive, isEnded, requeue } from "./queue/record.ts";
import { createNotifier, createSnapshots } from "./queue/snapshots.ts";
import { createLine, moveAmong } from "./queue/wait-queue.ts";
import { createRuns } from "./scheduler/scheduler.ts";
import { createFollowerPool } from "./verify/worker-pool.ts";

const notifyEveryMs = 200;

export interface TransferEngineOptions {
  source: ObjectSource;
  /** Files at a time. */
  jobs?: number;
  /** Connections over all files. */
  connections?: number;
  /** Before the first retry of an object that is not there yet; it grows. */
  retryDelayMs?: number;
  /** A connection that is silent for so long is given up. */
  stallTimeoutMs?: number;
  /** The built follower-worker.ts: hashes and unpacks in threads of its own. Left out: in this thread. */
  workerUrl?: URL;
  /**
   * A folder for what has still to be fetched when the process ends: the next engine with the same
   * folder has it as paused transfers. Left out: nothing is kept.
   */
  stateDirectory?: string;
  clock?: Clock;
}

/** Makes the engine. It does nothing until files are added. */
export function createTransferEngine({
  source,
  jobs = 4,
  connections = 32,
  workerUrl,
  stateDirectory,
  retryDelayMs = 10_000,
  stallTimeoutMs = 30_000,
  clock = systemClock,
}: TransferEngineOptions): TransferEngine {
  const entries = new Map<string, Entry>();
  const followers = createFollowerPool(workerUrl);
  const context: FileContext = {
    source,
    lanes: createLanes(connections),
    destinations: createDestinations(),
    followers,
    diskSpace: createDiskSpace(),
    syncDirectory: createDirectorySync(),
    boot: bootId(),
    retryDelayMs,
    stallTimeoutMs,
    clock,
  };
  const line = createLine(entries);
  const notifier = createNotifier(notifyEveryMs);
  const snapshots = createSnapshots(entries, notifyEveryMs, clock.nowMs);
  let count = 0;

  const changed = (entry: Entry) => {
    snapshots.changed(entry);
    notifier.changed();
  };
  const passed = () => {
    snapshots.passed();
    notifier.changed();
  };

  const keep = createKeeper(stateDirectory, entries);
  const runs = createRuns({
    jobs,
    connections,
    line,
    context,
    changed,
    passed,
    looked: keep.soon,
  });
  const { schedule } = runs;
  for (const waiting of keep.adopted) insert(waiting, "paused");

  function insert({ path, ...request }: Waiting, state: Entry["state"]): Entry {
    count += 1;
    const entry = createEntry(`transfer-${count}`, request);
    entry.state = state;
    entry.path = path;
    entries.set(entry.id, entry);
    if (state === "queued") line.join(entry, "last");
    changed(entry);
    return entry;
  }

  /** Leaves a run to its end, with the state that it is to have then. */
  function interrupt(entry: Entry, state: Entry["state"]): void {
    entry.state = state;
    entry.waitingFor = undefined;
    if (state === "queued") line.join(entry, "own");
    else line.leave(entry);
    entry.run?.controller.abort();
    changed(entry);
    schedule();
  }

  function add({ file, directory, overwrite, onto }: TransferRequest): string {
    const request = {
      file,
      directory,
      ...(overwrite === undefined ? {} : { overwrite }),
      ...(onto === undefined ? {} : { onto }),
    };
    for (const entry of entries.values()) {
      const { request: known } = entry;
      if (known.file.fileId !== file.fileId || known.directory !== directory) continue;
      if (isActive(entry.state)) return entry.id;
      entry.request = request;
      if (entry.state === "paused") interrupt(entry, "queued");
      if (!isEnded(entry.state)) return entry.id;
      requeue(entry);
      line.join(entry, "own");
      changed(entry);
      return entry.id;
    }
    return insert(request, "queued").id;
  }

  return {
    add(requests) {
      const ids = requests.map(add);
      schedule();
      keep.now();
      return ids;
    },
    pause(id) {
      const entry = entries.get(id);
      if (entry && (isActive(entry.state) || entry.state === "queued")) interrupt(entry, "paused");
    },
    resume(id) {
      const entry = entries.get(id);
      if (entry?.state === "paused") interrupt(entry, "queued");
    },
    cancel(id) {
      const entry = entries.get(id);
      if (!entry || entry.state === "saved" || entry.state === "skipped") return;
      const isRunning = entry.run !== undefined;
      interrupt(entry, "cancelled");
      if (!isRunning) runs.remove(entry);
    },
    retry(id) {
      const entry = entries.get(id);
      if (entry?.state !== "failed" && entry?.state !== "cancelled") return;
      requeue(entry);
      line.join(entry, "own");
      changed(entry);
      schedule();
    },
    move(ids, way) {
      moveAmong(entries, ids, way);
      line.reordered();
      passed();
      keep.soon();
    },
    clearEnded() {
      for (const entry of entries.values()) {
        if (!isEnded(entry.state) || entry.run !== undefined) continue;
        entries.delete(entry.id);
        changed(entry);
      }
      keep.now();
    },
    snapshot: snapshots.take,
    subscribe: notifier.subscribe,
    idle: runs.idle,
    async stop() {
      runs.stop();
      const underWay = [...entries.values()].flatMap(({ run }) => run ?? []);
      for (const entry of entries.values()) {
        if (isActive(entry.state)) interrupt(entry, "queued");
      }
      await Promise.all(underWay.map(({ ended }) => ended));
      keep.now();
      await followers.close();
      schedule();
    },
  };
}
