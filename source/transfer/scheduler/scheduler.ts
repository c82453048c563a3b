import { debug } from "../../base/debug.ts";
import { type AppError, toAppError } from "../../base/errors.ts";
import { removeArrived } from "../file/discard.ts";
import { fetchFile } from "../file/fetch-file.ts";
import type { FileContext, FileReport } from "../file/file-task.ts";
import { beginRun, type Entry, endRun, isActive } from "../queue/record.ts";
import type { Line } from "../queue/wait-queue.ts";
import { createPace, createRoom } from "./admission.ts";

/** While something runs, time alone changes rates and times left. */
const tickEveryMs = 1_000;

export interface RunsParts {
  /** Files at a time. */
  jobs: number;
  /** Connections over all files. */
  connections: number;
  line: Line;
  context: FileContext;
  changed: (entry: Entry) => void;
  /** Time passed. */
  passed: () => void;
  /** Called after each look at what is to begin: what waits or runs may be another. */
  looked: () => void;
}

/** The transfers that are worked on. What waits in the line begins as there is room for it. */
export interface Runs {
  /** Begins what there is room for. To be called when something waits for its turn, or does not any more. */
  schedule(): void;
  /** Removes what arrived of a transfer that does not run; it begins again after that only. */
  remove(entry: Entry): void;
  /** Resolves when nothing runs and nothing is to begin. */
  idle(): Promise<void>;
  /** From now on nothing begins. */
  stop(): void;
}

export function createRuns(parts: RunsParts): Runs {
  const { changed, connections, context, jobs, line, looked, passed } = parts;
  const now = context.clock.nowMs;
  const running = new Set<Entry>();
  const pace = createPace(jobs, connections);
  let idlers: (() => void)[] = [];
  let stopped = false;
  let clock: NodeJS.Timeout | undefined;

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
    looked();
    if (isIdle()) {
      const resolved = idlers;
      idlers = [];
      for (const resolve of resolved) resolve();
    }
  }

  function tick(): void {
    const isRunning = running.size > 0;
    if (isRunning && clock === undefined) {
      clock = setInterval(passed, tickEveryMs).unref();
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
    const earlier = { request: entry.request, path: entry.path };
    try {
      const outcome = await fetchFile(
        entry.request,
        context,
        reportTo(entry, now, changed, schedule),
        signal,
      );
      // Part of it came under another name, as long as what stands there was not to be replaced.
      if (earlier.path !== outcome.path) await removeArrived(earlier);
      entry.path = outcome.path;
      entry.bytesDone = outcome.bytes;
      entry.bytesTotal = outcome.bytes;
      entry.sha256 = outcome.sha256;
      entry.verifiedBy = outcome.verifiedBy;
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

  async function removeAlone(entry: Entry): Promise<void> {
    await removeArrived(entry);
    entry.run = undefined;
    schedule();
  }

  return {
    schedule,
    remove(entry) {
      entry.run = { controller: new AbortController(), ended: removeAlone(entry) };
    },
    idle: () => (isIdle() ? Promise.resolve() : new Promise((resolve) => idlers.push(resolve))),
    stop() {
      stopped = true;
    },
  };
}

/** What was thrown while the file of that name was fetched, as an AppError that says which file it is. */
export function fileError(thrown: unknown, name: string): AppError {
  const tried = `Fetching ${name}`;
  const error = toAppError(thrown, tried);
  const isOfTheFile = error.kind === "service" || error.kind === "not-found";
  return isOfTheFile && !error.tried.includes(name) ? error.retold({ tried }) : error;
}

/**
 * Notes in an entry what its run tells, as long as the run is wanted; `changed` is called after each,
 * and `arrived` when all of the file has come.
 */
export function reportTo(
  entry: Entry,
  now: () => number,
  changed: (entry: Entry) => void,
  arrived: () => void,
): FileReport {
  const note = <Words extends unknown[]>(take: (...words: Words) => void) => {
    return (...words: Words) => {
      if (!isActive(entry.state)) return;
      take(...words);
      changed(entry);
    };
  };
  return {
    settled: note((path) => {
      entry.path = path;
    }),
    sized: note((bytes) => {
      entry.bytesTotal = bytes;
    }),
    received: note((bytes) => {
      entry.bytesFetched += bytes;
      entry.rate?.record(bytes, now());
    }),
    stored: note((bytes) => {
      entry.bytesDone = bytes;
    }),
    waiting: note((words) => {
      entry.waitingFor = words;
    }),
    verifying: note(() => {
      entry.state = "verifying";
      arrived();
    }),
    fetching: note(() => {
      entry.state = "running";
    }),
  };
}
