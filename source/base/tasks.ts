import { setMaxListeners } from "node:events";

/** Tasks that run side by side and end together. */
export interface Tasks {
  /** Aborts when one of the tasks fails, or the call that they belong to ends. */
  signal: AbortSignal;
  /** Tasks that have not ended. */
  running: ReadonlySet<Promise<unknown>>;
  /** Runs a task beside the others; a rejection ends them all. Returns it. */
  start<Result>(task: Promise<Result>): Promise<Result>;
}

/**
 * Runs `work` and the tasks that it starts until one of them fails or `outer` aborts. Then aborts the others,
 * and rejects when all have ended: with the first failure, or with the reason of `outer`.
 */
export async function withTasks(
  outer: AbortSignal,
  work: (tasks: Tasks) => Promise<never>,
): Promise<never> {
  const ending = new AbortController();
  const signal = AbortSignal.any([outer, ending.signal]);
  // Each task may listen.
  setMaxListeners(0, signal);
  const running = new Set<Promise<unknown>>();
  let failure: { thrown: unknown } | undefined;

  function fail(thrown: unknown): void {
    failure ??= { thrown };
    ending.abort();
  }

  function start<Result>(task: Promise<Result>): Promise<Result> {
    const ended: Promise<unknown> = task.catch(fail).then(() => running.delete(ended));
    running.add(ended);
    return task;
  }

  await work({ signal, running, start }).catch(fail);
  while (running.size > 0) await Promise.all(running);
  outer.throwIfAborted();
  throw failure?.thrown;
}
