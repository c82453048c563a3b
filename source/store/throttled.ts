import type { StoreApi } from "zustand/vanilla";

export type ReadonlyStore<State> = Pick<
  StoreApi<State>,
  "getState" | "getInitialState" | "subscribe"
>;

const mostPerSecond = 30;

/** Batches changes for renderers, at most 30 a second and the first at once; reads always return the current state. */
export function throttled<State>(store: ReadonlyStore<State>): ReadonlyStore<State> {
  const listeners = new Set<(state: State, before: State) => void>();
  let reported = store.getState();
  let isDue = false;
  let rest: NodeJS.Timeout | undefined;

  function notify(): void {
    isDue = false;
    const before = reported;
    reported = store.getState();
    if (reported === before) return;
    rest = setTimeout(() => {
      rest = undefined;
      if (isDue) notify();
    }, 1000 / mostPerSecond);
    for (const listener of [...listeners]) listener(reported, before);
  }

  function changed(): void {
    if (isDue) return;
    isDue = true;
    if (rest === undefined) queueMicrotask(notify);
  }

  store.subscribe(changed);
  return {
    ...store,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
