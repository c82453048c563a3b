import { expect, test, vi } from "vitest";
import { createStore } from "zustand/vanilla";
import { throttled } from "../../source/ui/start.ts";

const counter = () => createStore<{ count: number }>()(() => ({ count: 0 }));

test("changes of one turn are reported once, and reads are always current", async () => {
  const store = counter();
  const shown = throttled(store);
  const seen: number[] = [];
  shown.subscribe(({ count }) => seen.push(count));
  for (let key = 0; key < 10; key++) store.setState(({ count }) => ({ count: count + 1 }));
  expect(shown.getState().count).toBe(10);
  expect(seen).toEqual([]);
  await Promise.resolve();
  expect(seen).toEqual([10]);
});

test("the first change is reported at once, the others at most 30 times a second, the last always", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  try {
    const store = counter();
    const shown = throttled(store);
    const seen: number[] = [];
    shown.subscribe(({ count }) => seen.push(count));
    for (let step = 1; step <= 100; step++) {
      store.setState({ count: step });
      await vi.advanceTimersByTimeAsync(5);
    }
    await vi.advanceTimersByTimeAsync(1000);
    expect(seen[0]).toBe(1);
    expect(seen.at(-1)).toBe(100);
    expect(seen.length).toBeLessThanOrEqual(17);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test("a change that was undone is not reported, and none after unsubscribing", async () => {
  const store = counter();
  const shown = throttled(store);
  let times = 0;
  const end = shown.subscribe(() => times++);
  const before = store.getState();
  store.setState({ count: 1 });
  store.setState(before, true);
  await Promise.resolve();
  end();
  store.setState({ count: 2 });
  await Promise.resolve();
  expect(times).toBe(0);
});
