import { expect, test } from "vitest";
import { withTasks } from "../../source/base/tasks.ts";
import { unlessAborted } from "../../source/base/waiting.ts";

const never = new Promise<never>(() => undefined);

test("the first failure aborts the others, and is thrown when all have ended", async () => {
  const { signal: outer } = new AbortController();
  const ended: string[] = [];
  const failure = new Error("the first one");
  const tasks = withTasks(outer, async ({ signal, start }) => {
    const follower = unlessAborted(never, signal).catch(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      ended.push("follower");
      throw new Error("a later one");
    });
    void start(follower);
    void start(Promise.reject(failure));
    return unlessAborted(never, signal);
  });
  await expect(tasks).rejects.toBe(failure);
  expect(ended).toEqual(["follower"]);
});

test("an abort from outside is thrown, whatever it causes", async () => {
  const ending = new AbortController();
  const tasks = withTasks(ending.signal, async ({ signal, start }) => {
    void start(unlessAborted(never, signal).catch(() => Promise.reject(new Error("caused"))));
    return unlessAborted(never, signal);
  });
  const reason = new Error("ended");
  ending.abort(reason);
  await expect(tasks).rejects.toBe(reason);
});

test("counts a task until it has ended", async () => {
  const ending = new AbortController();
  const counts: number[] = [];
  const tasks = withTasks(ending.signal, async ({ signal, running, start }) => {
    counts.push(running.size);
    const one = start(Promise.resolve());
    counts.push(running.size);
    await one;
    await Promise.all(running);
    counts.push(running.size);
    ending.abort();
    return unlessAborted(never, signal);
  });
  await expect(tasks).rejects.toMatchObject({ name: "AbortError" });
  expect(counts).toEqual([0, 1, 0]);
});
