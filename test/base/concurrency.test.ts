import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { mapConcurrently } from "../../source/base/concurrency.ts";
import { idArguments } from "../../source/commands/resolve/id-arguments.ts";
import { waitUntil } from "../support/wait-until.ts";

const never = new AbortController().signal;

it("runs a limited number at a time, and yields the results in order", async () => {
  const begun: number[] = [];
  const ends = new Map<number, () => void>();
  const results = mapConcurrently([1, 2, 3, 4], 3, (item) => {
    begun.push(item);
    return new Promise<string>((resolve) => ends.set(item, () => resolve(`${item}.`)));
  });
  const first = results.next();
  await waitUntil(() => begun.length >= 3);
  expect(begun).toEqual([1, 2, 3]);
  ends.get(2)?.();
  ends.get(1)?.();
  expect(await first).toEqual({ done: false, value: "1." });
  expect(await results.next()).toEqual({ done: false, value: "2." });
  const third = results.next();
  await waitUntil(() => begun.length === 4);
  ends.get(3)?.();
  ends.get(4)?.();
  expect([await third, await results.next(), await results.next()]).toEqual([
    { done: false, value: "3." },
    { done: false, value: "4." },
    { done: true, value: undefined },
  ]);
});

it("yields each result when it is ready, while more items may come", async () => {
  const input = new PassThrough();
  const words = idArguments(["a", "-"], { stdin: input, signal: never });
  const results = mapConcurrently(words, 4, async (word) => word.toUpperCase());
  expect(await results.next()).toEqual({ done: false, value: "A" });
  input.write("b\n");
  expect(await results.next()).toEqual({ done: false, value: "B" });
  input.write("c\nd\n");
  expect(await results.next()).toEqual({ done: false, value: "C" });
  input.end();
  expect(await results.next()).toEqual({ done: false, value: "D" });
  expect(await results.next()).toEqual({ done: true, value: undefined });
});

it("rejects in order for a failed item, and at once for a failed input", async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const words = idArguments(["a", "b", "-"], { stdin: new PassThrough(), signal });
  const results = mapConcurrently(words, 4, async (word) => {
    if (word === "b") throw new Error("no b");
    return word;
  });
  expect(await results.next()).toEqual({ done: false, value: "a" });
  await expect(results.next()).rejects.toThrow("no b");

  const others = idArguments(["-"], { stdin: new PassThrough(), signal });
  const waiting = mapConcurrently(others, 4, async (word) => word).next();
  controller.abort(new Error("interrupted"));
  await expect(waiting).rejects.toThrow("interrupted");
});

it("closes an unfinished input if its results are no longer read", async () => {
  const input = new PassThrough();
  const words = idArguments(["a", "-"], { stdin: input, signal: never });
  for await (const word of mapConcurrently(words, 4, async (each) => each)) {
    expect(word).toBe("a");
    break;
  }
  expect(input.listenerCount("data") + input.listenerCount("readable")).toBe(0);
});
