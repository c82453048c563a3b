import { debug } from "../debug.ts";
import { bootId } from "./boot.ts";
import { createDestinations } from "./destination.ts";
import { createDirectorySync } from "./directory-sync.ts";
import { createDiskSpace } from "./disk-space.ts";
import type { TransferEngine, TransferRequest } from "./engine.ts";
import { beginRun, createEntry, type Entry, endRun, isActive, isEnded, requeue } from "./entry.ts";
import { fileError } from "./file-error.ts";
import { createFollowerPool } from "./follower-pool.ts";
import { createKeeper } from "./keeper.ts";
import { createLanes } from "./lanes.ts";
import { createLine } from "./line.ts";
import { moveAmong } from "./move-among.ts";
import { createNotifier } from "./notifier.ts";
import type { ObjectSource } from "./object-source.ts";
import { type FileContext, fetchFile } from "./one-file.ts";
import { createPace } from "./pace.ts";
import { partPathsOf } from "./part-file.ts";
import type { Waiting } from "./queue-file.ts";
import { reportTo } from "./report-to.ts";
import { createRoom } from "./room.ts";
import { removePartial } from "./save-file.ts";
import { createSnapshots } from "./snapshots.ts";

const notifyEveryMs = 200;

/** While something runs, time alone changes rates and times left. */
const tickEveryMs = 1_000;

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
  /** Milliseconds of a clock that never goes back. */
  now?: () => number;
  /** In [0, 1), for jitter. */
  random?: () => number;
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
  now = () => performance.now(),
  random = Math.random,
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
    random,
  };
  const running = new Set<Entry>();
  const pace = createPace(jobs, connections);
  const line = createLine(entries);
  const notifier = createNotifier(notifyEveryMs);
  const snapshots = createSnapshots(entries, notifyEveryMs, now);
  let idlers: (() => void)[] = [];
  let stopped = false;
  let count = 0;
  let clock: NodeJS.Timeout | undefined;

  const changed = (entry: Entry) => {
    snapshots.changed(entry);
    notifier.changed();
  };

  const keep = createKeeper(stateDirectory, entries);
  for (const waiting of keep.adopted) insert(waiting, "paused");

  function isIdle(): boolean {
    return running.size === 0 && (stopped || line.isEmpty());
  }

  function schedule(): void {
    const room = createRoom(jobs, connections, pace.smallAtOnce(), running);
    for (const entry of stopped || room.isFull() ? [] : line.inOrder()) {
      // What was interrupted has its turn when its run has ended.
      if (entry.run === undefined && room.takes(entry.request.file)) start(entry);
      if (room.isFull()) break;
    }
    tick();
    keep.soon();
    if (isIdle()) {
      const resolved = idlers;
      idlers = [];
      for (const resolve of resolved) resolve();
    }
  }

  function tick(): void {
    const isRunning = running.size > 0;
    if (isRunning && clock === undefined) {
      clock = setInterval(() => {
        snapshots.passed();
        notifier.changed();
      }, tickEveryMs).unref();
    } else if (!isRunning) {
      clearInterval(clock);
      clock = undefined;
    }
  }

  function start(entry: Entry): void {
    const controller = new AbortController();
    line.leave(entry);
    beginRun(entry, now());
    running.add(entry);
    entry.run = { controller, ended: work(entry, controller.signal) };
    changed(entry);
  }

  async function work(entry: Entry, signal: AbortSignal): Promise<void> {
    try {
      const outcome = await fetchFile(
        entry.request,
        context,
        reportTo(entry, now, changed, schedule),
        signal,
      );
      entry.path = outcome.path;
      entry.bytesDone = outcome.bytes;
      entry.bytesTotal = outcome.bytes;
      entry.sha256 = outcome.sha256;
      entry.state = outcome.state;
    } catch (thrown) {
      if (!signal.aborted) {
        entry.error = fileError(thrown, entry.request.file.name);
        entry.state = "failed";
      }
    }
    const { error, request, state } = entry;
    debug("transfer", { file: request.file.fileId, state, path: entry.path, error });
    if (entry.state === "cancelled") await removeArrived(entry);
    // It may have ended although it was wanted once more meanwhile.
    if (entry.state !== "queued") line.leave(entry);
    endRun(entry, now());
    running.delete(entry);
    changed(entry);
    schedule();
  }

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
      if (entry.state === "paused") interrupt(entry, "queued");
      if (!isEnded(entry.state) || entry.run !== undefined) return entry.id;
      entry.request = request;
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
      if (!isRunning) void removeArrived(entry);
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
      snapshots.passed();
      notifier.changed();
      keep.soon();
    },
    clearEnded() {
      for (const entry of entries.values()) {
        if (!isEnded(entry.state) || entry.run !== undefined) continue;
        entries.delete(entry.id);
        changed(entry);
      }
    },
    snapshot: snapshots.take,
    subscribe: notifier.subscribe,
    idle() {
      return isIdle() ? Promise.resolve() : new Promise((resolve) => idlers.push(resolve));
    },
    async stop() {
      stopped = true;
      const runs = [...entries.values()].flatMap(({ run }) => run ?? []);
      for (const entry of entries.values()) {
        if (isActive(entry.state)) interrupt(entry, "queued");
      }
      await Promise.all(runs.map(({ ended }) => ended));
      keep.now();
      await followers.close();
      schedule();
    },
  };
}

/** What a disk refuses to remove stays: nothing else is to be done about it. */
async function removeArrived({ path }: Entry): Promise<void> {
  if (path !== undefined) await removePartial(partPathsOf(path)).catch(() => undefined);
}
