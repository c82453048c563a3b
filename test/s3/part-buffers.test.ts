import { expect, test } from "vitest";
import { PartBuffers } from "../../source/s3/part-buffers.ts";

const { signal } = new AbortController();

/** Resolves with the state of a promise after everything that is due now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const settle = () => {
    settled = true;
  };
  promise.then(settle, settle);
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
}

test("waits for room in the order of the calls, and uses memory again", async () => {
  const buffers = new PartBuffers(10);
  const first = await buffers.take(6, signal);
  const second = buffers.take(6, signal);
  const third = buffers.take(3, signal);
  expect(await isSettled(second)).toBe(false);
  expect(await isSettled(third)).toBe(false);
  buffers.give(first);
  expect(await second).toBe(first);
  expect((await third).length).toBe(3);
});

test("gives one that is larger than all memory alone", async () => {
  const buffers = new PartBuffers(10);
  const small = await buffers.take(1, signal);
  const large = buffers.take(30, signal);
  expect(await isSettled(large)).toBe(false);
  buffers.give(small);
  expect((await large).length).toBe(30);
});

test("a wait that is aborted keeps nothing from the others", async () => {
  const buffers = new PartBuffers(10);
  const first = await buffers.take(8, signal);
  const ending = new AbortController();
  const aborted = buffers.take(9, ending.signal);
  const other = buffers.take(2, signal);
  expect(await isSettled(other)).toBe(false);
  ending.abort();
  await expect(aborted).rejects.toThrow();
  expect((await other).length).toBe(2);
  buffers.give(first);
  expect((await buffers.take(8, signal)).length).toBe(8);
});
