import type { StoreApi } from "zustand/vanilla";

const mostPerSecond = 30;

/**
 * The same store for whoever draws it: told of changes once for all that happen in one go, such as the
 * keys of one packet, and at most 30 times a second; the first at once. What it reads is always current.
 */
export function throttled<State>(store: StoreApi<State>): StoreApi<State> {
  const listeners = new Set<(state: State, before: State) => void>();
  let told = store.getState();
  let isDue = false;
  let rest: NodeJS.Timeout | undefined;

  function tell(): void {
    isDue = false;
    const before = told;
    told = store.getState();
    if (told === before) return;
    rest = setTimeout(() => {
      rest = undefined;
      if (isDue) tell();
    }, 1000 / mostPerSecond);
    for (const listener of [...listeners]) listener(told, before);
  }

  function changed(): void {
    if (isDue) return;
    isDue = true;
    if (rest === undefined) queueMicrotask(tell);
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
