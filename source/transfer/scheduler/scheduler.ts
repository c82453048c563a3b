import { debug } from "../../base/debug.ts";
import { type AppError, toAppError } from "../../base/errors.ts";
import type { TransferEvent } from "../events.ts";
import { discardPartial } from "../file/discard.ts";
import { fetchFile } from "../file/fetch-file.ts";
import type { FileContext } from "../file/file-task.ts";
import { apply, type TransferRecord } from "../queue/record.ts";
import type { WaitQueue } from "../queue/wait-queue.ts";
import { createAdmission, smallFileConcurrency } from "./admission.ts";

/** While something runs, time alone changes rates and times left. */
const tickEveryMs = 1_000;

export interface SchedulerOptions {
  jobs: number;
  connections: number;
  queue: WaitQueue;
  context: FileContext;
  onChanged(record: TransferRecord): void;
  onTick(): void;
  /** Called after each look at the queue: what waits or runs may have changed. */
  onScheduled(): void;
}

/** Runs the transfers. What waits in the queue begins as soon as it is admitted. */
export interface Scheduler {
  /** Begins what is admitted. To be called when a transfer joins or leaves the queue. */
  schedule(): void;
  /** True while a transfer runs, or what arrived of it is removed: it cannot begin then. */
  isBusy(record: TransferRecord): boolean;
  /** Aborts the run of a transfer, if there is one. */
  abort(record: TransferRecord): void;
  /** Removes what arrived of a transfer that is not busy. */
  discard(record: TransferRecord): void;
  /** Resolves when nothing runs and nothing is to begin. */
  idle(): Promise<void>;
  /** From now on nothing begins. Resolves when all that is under way has ended. */
  stop(): Promise<void>;
}

export function createScheduler(options: SchedulerOptions): Scheduler {
  const { jobs, connections, queue, context, onChanged, onTick, onScheduled } = options;
  const { nowMs } = context.clock;
  const running = new Map<TransferRecord, { controller: AbortController; ended: Promise<void> }>();
  const discarding = new Map<TransferRecord, Promise<void>>();
  const smallFiles = smallFileConcurrency(jobs, connections, nowMs);
  let idlers: (() => void)[] = [];
  let isStopped = false;
  let ticking: NodeJS.Timeout | undefined;

  const isBusy = (record: TransferRecord) => running.has(record) || discarding.has(record);
  const isIdle = () => running.size === 0 && (isStopped || queue.isEmpty);

  function schedule(): void {
    const admission = createAdmission(jobs, connections, smallFiles(), running.keys());
    for (const record of isStopped || !admission.canAdmit() ? [] : queue.inOrder()) {
      // An interrupted one has its turn when its run has ended.
      if (!isBusy(record) && admission.admit(record.request.file)) start(record);
      if (!admission.canAdmit()) break;
    }
    tick();
    onScheduled();
    if (!isIdle()) return;
    const resolved = idlers;
    idlers = [];
    for (const resolve of resolved) resolve();
  }

  function tick(): void {
    if (running.size > 0) {
      ticking ??= setInterval(onTick, tickEveryMs).unref();
      return;
    }
    clearInterval(ticking);
    ticking = undefined;
  }

  function start(record: TransferRecord): void {
    queue.remove(record);
    apply(record, { kind: "started" }, nowMs());
    const run = { controller: new AbortController(), ended: Promise.resolve() };
    running.set(record, run);
    run.ended = work(record, run.controller.signal);
    onChanged(record);
  }

  async function work(record: TransferRecord, signal: AbortSignal): Promise<void> {
    const { path, request } = record;
    const { fileId, name } = request.file;
    try {
      const emit = (event: TransferEvent) => progress(record, event);
      const outcome = await fetchFile({ request, context, emit, signal });
      // Part of it arrived under another name while the file that stands there was not to be replaced.
      if (path !== outcome.path) await discardPartial({ path, request });
      apply(record, { kind: "finished", outcome }, nowMs());
    } catch (thrown) {
      const error = fileError(thrown, name);
      if (!signal.aborted) apply(record, { kind: "failed", error }, nowMs());
    }
    const { phase } = record;
    const error = "error" in phase ? phase.error : undefined;
    debug("transfer", { file: fileId, state: phase.state, path: record.path, error });
    if (phase.state === "cancelled") await discardPartial(record);
    // It may have ended although it was queued again meanwhile.
    if (record.phase.state !== "queued") queue.remove(record);
    apply(record, { kind: "stopped" }, nowMs());
    running.delete(record);
    onChanged(record);
    schedule();
  }

  function progress(record: TransferRecord, event: TransferEvent): void {
    if (!apply(record, event, nowMs())) return;
    // A small file that has arrived leaves its place to the next.
    if (event.kind === "verifying") schedule();
    onChanged(record);
  }

  return {
    schedule,
    isBusy,
    abort: (record) => running.get(record)?.controller.abort(),
    discard(record) {
      const discarded = discardPartial(record).then(() => {
        discarding.delete(record);
        schedule();
      });
      discarding.set(record, discarded);
    },
    idle: () => (isIdle() ? Promise.resolve() : new Promise((resolve) => idlers.push(resolve))),
    async stop() {
      isStopped = true;
      await Promise.all([
        ...[...running.values()].map(({ ended }) => ended),
        ...discarding.values(),
      ]);
    },
  };
}

/** What was thrown while a file was fetched, as an AppError that names the file. */
function fileError(thrown: unknown, name: string): AppError {
  const tried = `Fetching ${name}`;
  const error = toAppError(thrown, tried);
  const isOfFile = error.kind === "service" || error.kind === "not-found";
  return isOfFile && !error.tried.includes(name) ? error.retold({ tried }) : error;
}
