import { expect, it, vi } from "vitest";
import { createConnectionLimit } from "../../source/transfer/connections/connection-limit.ts";
import { waitUntil } from "../support/wait-until.ts";

const never = new AbortController().signal;

it("lets as many be open as it was made for", () => {
  const seat = createConnectionLimit(2).join();
  seat.opened();
  expect(seat.mayOpen()).toBe(true);
  seat.opened();
  expect(seat.mayOpen()).toBe(false);
  seat.closed();
  expect(seat.mayOpen()).toBe(true);
});

it("keeps one for a file that has none open: it failed, and will try again", () => {
  const limit = createConnectionLimit(2);
  const [failing, other] = [limit.join(), limit.join()];
  other.opened();
  expect(other.mayOpen()).toBe(false);
  expect(failing.mayOpen()).toBe(true);
  failing.leave();
  expect(other.mayOpen()).toBe(true);
});

it("lets in who waits, one for each that ends, and not who grew before", () => {
  const limit = createConnectionLimit(2);
  const grown = limit.join();
  grown.opened();
  grown.opened();
  const late = limit.join();
  expect(late.mayOpen()).toBe(false);
  const ready = vi.fn(late.opened);
  late.wait(ready);
  expect(ready).not.toHaveBeenCalled();
  grown.closed();
  expect(ready).toHaveBeenCalledOnce();
  expect(grown.mayOpen()).toBe(false);
});

/** Work that ends when the test says so. */
function work() {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const begin = vi.fn(() => ended);
  return { begin, end };
}

it("begins work that needs one connection when there is one, one after the other", async () => {
  const limit = createConnectionLimit(1);
  const [first, second, third] = [work(), work(), work()];
  const all = [first, second, third].map(({ begin }) => limit.within(never, begin));
  expect([first, second, third].map(({ begin }) => begin.mock.calls.length)).toEqual([1, 0, 0]);
  first.end();
  await waitUntil(() => second.begin.mock.calls.length === 1);
  expect(third.begin).not.toHaveBeenCalled();
  second.end();
  third.end();
  await Promise.all(all);
  expect(limit.join().mayOpen()).toBe(true);
});

it("takes back what failing work had", async () => {
  const limit = createConnectionLimit(1);
  const failure = new Error("it failed");
  await expect(limit.within(never, () => Promise.reject(failure))).rejects.toBe(failure);
  expect(limit.join().mayOpen()).toBe(true);
});

it("waits for nobody who gave up", async () => {
  const limit = createConnectionLimit(1);
  const running = work();
  const done = limit.within(never, running.begin);
  const controller = new AbortController();
  const left = work();
  const waiting = limit.within(controller.signal, left.begin);
  controller.abort();
  await expect(waiting).rejects.toBe(controller.signal.reason);
  running.end();
  await done;
  expect(left.begin).not.toHaveBeenCalled();
  await limit.within(never, async () => undefined);
});
