import type { StoreContext } from "./context.ts";

/** Background work that is shown in the status line and can be stopped. */
export function taskActions({ store }: StoreContext) {
  const running = new Map<AbortController, string>();
  let ended: Promise<unknown> = Promise.resolve();

  function show(own: AbortController, text: string): void {
    if (!running.has(own)) return;
    running.set(own, text);
    store.setState({ task: [...running.values()].at(-1) });
  }

  async function runTask<Result>(
    text: string,
    work: (signal: AbortSignal, report: (text: string) => void) => Promise<Result>,
  ): Promise<Result> {
    const own = new AbortController();
    running.set(own, text);
    show(own, text);
    const result = work(own.signal, (more) => show(own, more));
    ended = Promise.allSettled([ended, result]);
    try {
      return await result;
    } finally {
      running.delete(own);
      own.abort();
      store.setState({ task: [...running.values()].at(-1) });
    }
  }

  function stopTasks(): void {
    for (const own of running.keys()) own.abort();
  }

  return { runTask, stopTasks, tasksEnded: () => ended };
}

export type TaskActions = ReturnType<typeof taskActions>;
