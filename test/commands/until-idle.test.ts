import { expect, vi } from "vitest";
import { untilIdle } from "../../source/commands/tools/until-idle.ts";
import { test as base } from "../support/test.ts";

const request = (ended: boolean) => ({ ended });

const it = base
  .extend("clock", ({}, { onCleanup }) => {
    vi.useFakeTimers();
    onCleanup(() => void vi.useRealTimers());
    return { pass: (ms: number) => vi.advanceTimersByTimeAsync(ms) };
  })
  .extend(
    "begin",
    ({ clock: _ }) =>
      (requests: { ended: boolean }[], signal = new AbortController().signal) => {
        const state = { isOver: false };
        void untilIdle(requests, 1_000, signal).then(() => {
          state.isOver = true;
        });
        return state;
      },
  );

it("waits as long as requests come or are answered", async ({ begin, clock }) => {
  const requests = [request(true)];
  const state = begin(requests);
  requests.push(request(true));
  await clock.pass(1_000);
  const slow = request(false);
  requests.push(slow);
  await clock.pass(2_000);
  expect(state.isOver).toBe(false);
  slow.ended = true;
  await clock.pass(1_000);
  expect(state.isOver).toBe(true);
});

it("ends without any request, and at once when it is interrupted", async ({ begin, clock }) => {
  const ending = new AbortController();
  const interrupted = begin([], ending.signal);
  ending.abort();
  await clock.pass(0);
  expect(interrupted.isOver).toBe(true);
  const state = begin([]);
  await clock.pass(1_000);
  expect(state.isOver).toBe(true);
});
