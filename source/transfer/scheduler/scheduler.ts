import { debug } from "../../base/debug.ts";
import { type AppError, toAppError } from "../../base/errors.ts";
import type { TransferEvent } from "../events.ts";
import { discardPartial, type PartialFile } from "../file/discard.ts";
import { fetchFile } from "../file/fetch-file.ts";
import type { FetchWay, FileContext } from "../file/file-task.ts";
import { apply, type TransferRecord } from "../queue/record.ts";
import type { WaitQueue } from "../queue/wait-queue.ts";
import { createAdmission, type RunningFile, smallFileConcurrency } from "./admission.ts";

/** Rates and remaining times change while a transfer runs, even without events. */
const tickEveryMs = 1_000;

export interface SchedulerOptions {
  jobs: number;
  mediumFiles: number;
  connections: number;
  queue: WaitQueue;
  context: FileContext;
  onChanged(record: TransferRecord): void;
  onTick(): void;
  /** Called after each scheduling; the queue or the runs may have changed. */
  onScheduled(): void;
}

/** Runs queued transfers as soon as they are admitted. */
export interface Scheduler {
  /** Call it when a transfer joins or leaves the queue. */
  schedule(): void;
  /** True while a transfer runs or its partial file is removed; it cannot start then. */
  isBusy(record: TransferRecord): boolean;
  abort(record: TransferRecord): void;
  /** Removes the partial file of a transfer, or `left` of an earlier place, once its run has ended. */
  discard(record: TransferRecord, left?: PartialFile): Promise<void>;
  /** Resolves when nothing runs or is queued. */
  idle(): Promise<void>;
  /** Starts nothing more and resolves when all running work has ended. */
  stop(): Promise<void>;
}

interface Run extends RunningFile {
  controller: AbortController;
  ended: Promise<void>;
}

export function createScheduler(options: SchedulerOptions): Scheduler {
  const { jobs, mediumFiles, connections, queue, context, onChanged, onTick, onScheduled } =
    options;
  const { nowMs } = context.clock;
  const running = new Map<TransferRecord, Run>();
  const discarding = new Map<TransferRecord, Promise<void>>();
  const smallFiles = smallFileConcurrency(jobs, connections, nowMs);
  let idlers: (() => void)[] = [];
  let isStopped = false;
  let ticking: NodeJS.Timeout | undefined;

  const isBusy = (record: TransferRecord) => running.has(record) || discarding.has(record);
  const isIdle = () => running.size === 0 && (isStopped || queue.isEmpty);

  function schedule(): void {
    const isFast = context.pool.isFast();
    const limits = { jobs, mediumFiles, connections, smallFiles: smallFiles(), isFast };
    const admission = createAdmission(limits, running.values());
    for (const record of isStopped || !admission.canAdmit() ? [] : queue.inOrder()) {
      // An interrupted transfer must wait until its run has ended.
      const way = isBusy(record) ? undefined : admission.admit(record.request.file);
      if (way !== undefined) start(record, way);
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
    if (running.size > 0) ticking ??= setInterval(onTick, tickEveryMs).unref();
    else {
      clearInterval(ticking);
      ticking = undefined;
    }
  }

  function start(record: TransferRecord, way: FetchWay): void {
    queue.remove(record);
    apply(record, { kind: "started", isWhole: way === "whole" }, nowMs());
    const run = { record, way, controller: new AbortController(), ended: Promise.resolve() };
    running.set(record, run);
    run.ended = work(run);
    onChanged(record);
  }

  async function work({ record, way, controller: { signal } }: Run): Promise<void> {
    const { path, request } = record;
    const { fileId, name } = request.file;
    try {
      const emit = (event: TransferEvent) => progress(record, event);
      const outcome = await fetchFile({ request, way, context, emit, signal });
      // A partial file under another name is obsolete once the outcome has its own path.
      if (path !== undefined && path !== outcome.path) await discardPartial({ path, request });
      apply(record, { kind: "finished", outcome }, nowMs());
    } catch (thrown) {
      const error = fileError(thrown, name);
      if (!signal.aborted) apply(record, { kind: "failed", error }, nowMs());
    }
    const { phase } = record;
    const error = "error" in phase ? phase.error : undefined;
    debug("transfer", { file: fileId, state: phase.state, path: record.path, error });
    // It may have ended although it was queued again.
    if (record.phase.state !== "queued") queue.remove(record);
    apply(record, { kind: "stopped" }, nowMs());
    running.delete(record);
    onChanged(record);
    schedule();
  }

  function progress(record: TransferRecord, event: TransferEvent): void {
    if (!apply(record, event, nowMs())) return;
    // A small file that is being saved makes room for the next.
    if (event.kind === "verifying") schedule();
    onChanged(record);
  }

  return {
    schedule,
    isBusy,
    abort: (record) => running.get(record)?.controller.abort(),
    discard(record, left = record) {
      const ended = running.get(record)?.ended ?? Promise.resolve();
      const discarded = ended
        .then(() => discardPartial(left))
        .then(() => {
          discarding.delete(record);
          schedule();
        });
      discarding.set(record, discarded);
      return discarded;
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

/** Returns an AppError that names the file. */
function fileError(thrown: unknown, name: string): AppError {
  const tried = `Fetching ${name}`;
  const error = toAppError(thrown, tried);
  const isOfFile = error.kind === "service" || error.kind === "not-found";
  return isOfFile && !error.tried.includes(name) ? error.withFacts({ tried }) : error;
}
