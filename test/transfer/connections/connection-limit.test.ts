import { expect, it, vi } from "vitest";
import { createConnectionLimit } from "../../../source/transfer/connections/connection-limit.ts";
import { waitUntil } from "../../support/wait-until.ts";

const never = new AbortController().signal;
const ignore = () => undefined;

/** A request that ends when the test says so. */
function request() {
  let end: () => void = ignore;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const begin = vi.fn(() => ended);
  return { begin, end };
}

it("lets as many be open as it was made for", async () => {
  const slot = createConnectionLimit(2).join(ignore);
  const [first, second, third] = [request(), request(), request()];
  const running = slot.tryRun(first.begin);
  expect(slot.tryRun(second.begin)).toBeDefined();
  expect(slot.tryRun(third.begin)).toBeUndefined();
  expect(third.begin).not.toHaveBeenCalled();
  first.end();
  await running;
  expect(slot.tryRun(third.begin)).toBeDefined();
});

it("counts no request that declines", () => {
  const slot = createConnectionLimit(1).join(ignore);
  expect(slot.tryRun(() => undefined)).toBeUndefined();
  expect(slot.tryRun(request().begin)).toBeDefined();
});

it("keeps one for a file that has none open: it failed, and will try again", () => {
  const limit = createConnectionLimit(2);
  const [failing, other] = [limit.join(ignore), limit.join(ignore)];
  other.tryRun(request().begin);
  expect(other.tryRun(request().begin)).toBeUndefined();
  failing.leave();
  expect(other.tryRun(request().begin)).toBeDefined();
});

it("admits one waiting request for each that ends, and none that grew before", async () => {
  const limit = createConnectionLimit(2);
  const grown = limit.join(ignore);
  const [first, second, late] = [request(), request(), request()];
  const running = grown.tryRun(first.begin);
  grown.tryRun(second.begin);
  const ready = vi.fn(() => void slot.tryRun(late.begin));
  const slot = limit.join(ready);
  expect(slot.tryRun(late.begin)).toBeUndefined();
  expect(ready).not.toHaveBeenCalled();
  first.end();
  await running;
  expect(ready).toHaveBeenCalledOnce();
  expect(late.begin).toHaveBeenCalledOnce();
  expect(grown.tryRun(request().begin)).toBeUndefined();
});

it("runs single requests when there is a connection, one after the other", async () => {
  const limit = createConnectionLimit(1);
  const [first, second, third] = [request(), request(), request()];
  const all = [first, second, third].map(({ begin }) => limit.runOne(never, begin));
  expect([first, second, third].map(({ begin }) => begin.mock.calls.length)).toEqual([1, 0, 0]);
  first.end();
  await waitUntil(() => second.begin.mock.calls.length === 1);
  expect(third.begin).not.toHaveBeenCalled();
  second.end();
  third.end();
  await Promise.all(all);
  expect(limit.join(ignore).tryRun(request().begin)).toBeDefined();
});

it("takes back what a failed request had", async () => {
  const limit = createConnectionLimit(1);
  const failure = new Error("it failed");
  await expect(limit.runOne(never, () => Promise.reject(failure))).rejects.toBe(failure);
  expect(limit.join(ignore).tryRun(request().begin)).toBeDefined();
});

it("does not wait for a request that gave up", async () => {
  const limit = createConnectionLimit(1);
  const running = request();
  const done = limit.runOne(never, running.begin);
  const controller = new AbortController();
  const left = request();
  const waiting = limit.runOne(controller.signal, left.begin);
  controller.abort();
  await expect(waiting).rejects.toBe(controller.signal.reason);
  running.end();
  await done;
  expect(left.begin).not.toHaveBeenCalled();
  await limit.runOne(never, async () => undefined);
});

it("wakes no second waiter while nothing is free for it", async () => {
  const limit = createConnectionLimit(1);
  const busy = request();
  const running = limit.join(ignore).tryRun(busy.begin);
  const slots = [0, 1].map(() => {
    const ready = vi.fn(() => void slot.tryRun(request().begin));
    const slot = limit.join(ready);
    expect(slot.tryRun(request().begin)).toBeUndefined();
    return ready;
  });
  busy.end();
  await running;
  expect(slots.map((ready) => ready.mock.calls.length)).toEqual([1, 0]);
});
