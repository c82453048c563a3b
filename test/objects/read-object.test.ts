import { Readable } from "node:stream";
import { afterEach, expect, it, vi } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import { Secret } from "../../source/base/secret.ts";
import {
  createAddress,
  type ObjectRead,
  readObject,
  StallTimeout,
} from "../../source/objects/read-object.ts";
import { fetchingWords, ObjectChanged } from "../../source/objects/recovery.ts";
import type { ObjectBody, ObjectSource } from "../../source/objects/source.ts";

afterEach(() => void vi.useRealTimers());

const stallTimeoutMs = 30_000;

/** A read of an object from a source that answers with `body`. */
function reading(body: Partial<ObjectBody>, more: Partial<ObjectRead & ObjectSource> = {}) {
  const controller = new AbortController();
  const located: string[] = [];
  const source: ObjectSource = {
    async locate(fileId) {
      located.push(fileId);
      return new Secret(`https://store/${located.length}`);
    },
    open: async () => ({
      status: 200,
      first: 0,
      stream: Readable.from([Buffer.from("12345")]),
      release: () => undefined,
      ...body,
    }),
    ...more,
  };
  const address = createAddress(source, "40ec", controller.signal);
  const stall = new StallTimeout(stallTimeoutMs, controller.signal);
  const words = fetchingWords("a.csv");
  const read: ObjectRead = { source, address, words, stall, ...more };
  return { address, controller, located, read };
}

async function bodyOf({ stream }: { stream: Readable }): Promise<string> {
  return Buffer.concat(await stream.toArray()).toString();
}

it("gives the body and counts what arrives", async () => {
  const received: number[] = [];
  const { read } = reading({}, { received: (bytes) => received.push(bytes) });
  expect(await readObject(read, bodyOf)).toBe("12345");
  expect(received).toEqual([5]);
});

it("closes a body that was not read to its end", async () => {
  const stream = Readable.from([Buffer.from("1"), Buffer.from("2")]);
  const { read } = reading({ stream });
  await readObject(read, async () => undefined);
  expect(stream.destroyed).toBe(true);
});

it("asks with If-Match for the confirmed object, except by a weak tag", async () => {
  const asked: (string | undefined)[] = [];
  for (const etag of ['"1"', 'W/"1"']) {
    const { read } = reading({}, { known: () => ({ kind: "confirmed", etag }) });
    const { open } = read.source;
    read.source.open = async (request) => {
      asked.push(request.ifMatch);
      return { ...(await open(request)), etag };
    };
    await readObject(read, bodyOf);
  }
  expect(asked).toEqual(['"1"', undefined]);
});

it("rejects with ObjectChanged if the answer is of another object", async () => {
  const { read } = reading({ etag: '"2"' }, { known: () => ({ kind: "confirmed", etag: '"1"' }) });
  await expect(readObject(read, bodyOf)).rejects.toBeInstanceOf(ObjectChanged);
});

it("rejects with an AppError if another part comes than was asked for", async () => {
  const { read } = reading({ status: 206, first: 3 }, { range: { first: 2 } });
  await expect(readObject(read, bodyOf)).rejects.toMatchObject({
    kind: "service",
    tried: "Fetching a.csv",
  });
});

it("turns what breaks a body into an AppError that may pass", async () => {
  const stream = Readable.from([]);
  stream.destroy(new Error("the line was cut"));
  const { read } = reading({ stream });
  await expect(readObject(read, bodyOf)).rejects.toMatchObject({
    kind: "service",
    reason: "network",
    answered: "the line was cut",
  });
});

it("asks for a fresh address after the store refused the one it had", async () => {
  const refusal = new AppError({ kind: "service", tried: "a", answered: "no", status: 403 });
  const { address, located, read } = reading({}, { open: () => Promise.reject(refusal) });
  await expect(readObject(read, bodyOf)).rejects.toBe(refusal);
  await address.get();
  expect(located).toHaveLength(2);
});

const endless = () =>
  new Readable({
    read() {
      // Nothing ever comes.
    },
  });

it("times out a body that is silent, and not the time in which its address is located", async () => {
  vi.useFakeTimers();
  let located: (address: Secret) => void = () => undefined;
  const address = new Promise<Secret>((resolve) => {
    located = resolve;
  });
  const stream = endless();
  const { read } = reading({ stream }, { locate: () => address });
  read.stall.signal.addEventListener("abort", () => stream.destroy(new Error("aborted")));
  const reason = readObject(read, bodyOf).catch((thrown: unknown) => thrown);
  await vi.advanceTimersByTimeAsync(10 * stallTimeoutMs);
  located(new Secret("https://store/late"));
  await vi.advanceTimersByTimeAsync(stallTimeoutMs - 1);
  expect(stream.destroyed).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(await reason).toMatchObject({
    reason: "silence",
    answered: "no data for 30s",
  });
});

it("does not time out a body while the rate limit holds it back", async () => {
  vi.useFakeTimers();
  const stream = endless();
  let hold: (isHeld: boolean) => void = () => undefined;
  const { read } = reading({});
  read.source.open = async ({ held }) => {
    hold = (isHeld) => held?.(isHeld);
    return { status: 200, first: 0, stream, release: () => undefined };
  };
  read.stall.signal.addEventListener("abort", () => stream.destroy(new Error("aborted")));
  const reason = readObject(read, bodyOf).catch((thrown: unknown) => thrown);
  await vi.advanceTimersByTimeAsync(stallTimeoutMs / 2);
  hold(true);
  await vi.advanceTimersByTimeAsync(10 * stallTimeoutMs);
  expect(read.stall.silentMs).toBe(0);
  hold(false);
  await vi.advanceTimersByTimeAsync(stallTimeoutMs - 1);
  expect(stream.destroyed).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(await reason).toMatchObject({ reason: "silence" });
});

it("does not count the wait for the rate limit as the answer's time", async () => {
  vi.useFakeTimers();
  const { read } = reading({});
  const { open } = read.source;
  read.source.open = async (request) => {
    request.held?.(true);
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    request.held?.(false);
    return open(request);
  };
  const answerMs = readObject(read, async (object) => object.answerMs);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(await answerMs).toBeLessThan(5_000);
});

it("rejects with the AbortError of a run that ends while the address is located", async () => {
  const { controller, read } = reading({}, { locate: () => new Promise(() => undefined) });
  const reason = readObject(read, bodyOf).catch((thrown: unknown) => thrown);
  controller.abort();
  expect(await reason).toMatchObject({ name: "AbortError" });
});
