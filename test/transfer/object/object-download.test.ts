import { Readable } from "node:stream";
import { describe, expect, it, vi } from "vitest";
import { AppError } from "../../../source/base/errors.ts";
import { Secret } from "../../../source/base/secret.ts";
import { ObjectChanged } from "../../../source/objects/recovery.ts";
import type { ObjectRequest } from "../../../source/objects/source.ts";
import { createConnectionPool } from "../../../source/transfer/connections/connection-pool.ts";
import { ObjectDownload } from "../../../source/transfer/object/object-download.ts";
import type { DownloadContext } from "../../../source/transfer/object/segment-download.ts";
import { FakeClock } from "../../support/fakes/clock.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { type Answer, answerTo, refusal } from "../memory-store.ts";
import { type KnownObject, memoryDownload } from "./memory-part.ts";

const bytes = 3_000;
const content = Buffer.from(Array.from({ length: bytes }, (_, index) => index % 251));

const right: Answer = (request) => answerTo(request, content);

interface Circumstances extends KnownObject {
  /** Connections; none are free if 0. */
  capacity?: number;
}

/** A download from a store that answers so. Waits for a retry take no time. */
function download(answer: Answer, { capacity = 1, ...known }: Circumstances = { bytes }) {
  const clock = new FakeClock();
  clock.run();
  const memory = memoryDownload(known);
  const requests: ObjectRequest[] = [];
  let grow: () => void = () => undefined;
  const free = { capacity };
  const lease = { backOff: vi.fn(), close: vi.fn(), demandChanged: vi.fn() };
  const meter = { answered: vi.fn(), received: vi.fn(), stalled: vi.fn() };
  let open = 0;
  let mostOpen = 0;
  const context: DownloadContext = {
    source: {
      locate: async () => new Secret("https://store/1"),
      async open(request) {
        requests.push(request);
        return answer(request, requests.length);
      },
    },
    pool: {
      ...createConnectionPool(1, clock.nowMs),
      lease({ demand, grew }) {
        grow = grew;
        return {
          ...lease,
          capacity: () => Math.max(1, Math.min(free.capacity, demand())),
          expected: () => 1,
          tryRun(request) {
            if (open >= free.capacity) return undefined;
            const running = request(meter);
            if (running === undefined) return undefined;
            open += 1;
            mostOpen = Math.max(open, mostOpen);
            return running.finally(() => {
              open -= 1;
            });
          },
        };
      },
    },
    stallTimeoutMs: 30_000,
    clock,
    retryDelayMs: 1,
    retriesUntilStopped: false,
  };
  const run = new AbortController();
  const started = () => new ObjectDownload(memory.task, context, run.signal).run();
  return {
    ...memory,
    lease,
    requests,
    ranges: () => requests.map(({ range }) => range),
    abort: () => run.abort(),
    start: started,
    /** Frees so many connections. */
    free(count: number) {
      free.capacity = count;
      grow();
    },
    mostOpen: () => mostOpen,
    arrived: () => memory.disk.content.subarray(0, bytes).equals(content),
  };
}

describe("an object", () => {
  it("is fetched with one request, and its journal begins before its bytes", async () => {
    const { arrived, begin, events, lease, ranges, reserve, start } = download(right);
    expect(await start()).toEqual({ bytes, hasKnownSize: true });
    expect(arrived()).toBe(true);
    expect(ranges()).toEqual([undefined]);
    expect(begin).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ bytes, etag: '"1"' }));
    expect(reserve).toHaveBeenCalledExactlyOnceWith(bytes);
    expect(events.map(({ kind }) => kind)).toEqual(["sized", "received", "stored"]);
    expect(lease.close).toHaveBeenCalledOnce();
  });

  it("without a size in the listing has the size that the store announces", async () => {
    const { arrived, ranges, start } = download(right, {});
    expect(await start()).toEqual({ bytes, hasKnownSize: true });
    expect(arrived()).toBe(true);
    expect(ranges()).toEqual([{ first: 0 }]);
  });

  it("without any size ends with its body", async () => {
    const { arrived, begin, events, reserve, start } = download(
      (request) => ({ ...answerTo(request, content), objectBytes: undefined }),
      {},
    );
    expect(await start()).toEqual({ bytes, hasKnownSize: false });
    expect(arrived()).toBe(true);
    expect(begin).not.toHaveBeenCalled();
    expect(events.at(-1)).toEqual({ kind: "sized", bytes });
    expect(reserve).toHaveBeenCalledExactlyOnceWith(bytes);
  });

  it("that is complete is not requested", async () => {
    const resumed = { bytes, etag: '"1"' };
    const { lease, requests, start } = download(right, { bytes, done: bytes, resumed });
    expect(await start()).toEqual({ bytes, hasKnownSize: true });
    expect(requests).toEqual([]);
    expect(lease.close).toHaveBeenCalledOnce();
  });

  it("is continued where an earlier run ended, if it is still the same", async () => {
    const resumed = { bytes, etag: '"1"' };
    const { begin, events, requests, start } = download(right, { bytes, done: 1_000, resumed });
    expect(await start()).toEqual({ bytes, hasKnownSize: true });
    expect(requests).toMatchObject([{ range: { first: 1_000, last: 2_999 }, ifMatch: '"1"' }]);
    expect(begin).not.toHaveBeenCalled();
    expect(events.some(({ kind }) => kind === "sized")).toBe(false);
  });

  it("that is continued must be the same", async () => {
    const resumed = { bytes, etag: '"0"' };
    const { start } = download(right, { bytes, done: 1_000, resumed });
    await expect(start()).rejects.toBeInstanceOf(ObjectChanged);
  });

  it("waits for a connection if all are taken", async () => {
    const { arrived, free, requests, start } = download(right, { bytes, capacity: 0 });
    const fetched = start();
    expect(requests).toEqual([]);
    free(1);
    expect(await fetched).toEqual({ bytes, hasKnownSize: true });
    expect(arrived()).toBe(true);
  });
});

describe("several connections", () => {
  const large = 4 * 1024 * 1024;
  const body = Buffer.alloc(large);

  it("share an object, and no more of them than are free", async () => {
    const { mostOpen, ranges, start } = download((request) => answerTo(request, body), {
      bytes: large,
      capacity: 3,
    });
    expect(await start()).toEqual({ bytes: large, hasKnownSize: true });
    expect(mostOpen()).toBe(3);
    const firsts = ranges().map((range) => range?.first ?? 0);
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  it("are one before the first answer if no size is listed", async () => {
    const { requests, start } = download(
      async (request, count) => {
        if (count === 1) await Promise.resolve();
        expect(requests).toHaveLength(count);
        return answerTo(request, body);
      },
      { capacity: 3 },
    );
    const fetched = start();
    await waitUntil(() => requests.length > 0);
    expect(requests).toHaveLength(1);
    expect(await fetched).toMatchObject({ bytes: large });
  });

  it("end with the failure of one", async () => {
    const { lease, requests, start } = download(
      (request, count) => {
        if (count === 2) throw refusal(410);
        return new Promise((_, reject) => {
          request.signal.addEventListener("abort", () => reject(request.signal.reason));
        });
      },
      { bytes: large, capacity: 3 },
    );
    await expect(start()).rejects.toMatchObject({ status: 410 });
    expect([requests[0], requests[2]].map((one) => one?.signal.aborted)).toEqual([true, true]);
    expect(lease.close).toHaveBeenCalledOnce();
  });

  it("leave everything to one if the store ignores ranges", async () => {
    const { ranges, start } = download(
      (request) => answerTo({ ...request, range: undefined }, body),
      { bytes: large, capacity: 3 },
    );
    expect(await start()).toEqual({ bytes: large, hasKnownSize: true });
    expect(ranges()).toHaveLength(3);
  });
});

describe("a stop", () => {
  it("before the download asks for nothing", async () => {
    const { abort, lease, requests, start } = download(right);
    abort();
    await expect(start()).rejects.toMatchObject({ name: "AbortError" });
    expect(requests).toEqual([]);
    expect(lease.close).toHaveBeenCalledOnce();
  });

  it("ends the requests", async () => {
    const { abort, requests, start } = download(
      ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    );
    const fetched = start();
    await waitUntil(() => requests.length === 1);
    abort();
    await expect(fetched).rejects.toMatchObject({ name: "AbortError" });
    expect(requests[0]?.signal.aborted).toBe(true);
  });

  it("ends the wait for a connection", async () => {
    const { abort, start } = download(right, { bytes, capacity: 0 });
    const fetched = start();
    abort();
    await expect(fetched).rejects.toMatchObject({ name: "AbortError" });
  });

  it("is the reason even if a request fails because of it", async () => {
    const { abort, requests, start } = download(
      ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener("abort", () => reject(refusal(410)))),
    );
    const fetched = start();
    await waitUntil(() => requests.length === 1);
    abort();
    await expect(fetched).rejects.toMatchObject({ name: "AbortError" });
  });
});

/** The first answers are these failures. */
const failingFirst =
  (...failures: readonly Error[]): Answer =>
  (request, count) => {
    const failure = failures[count - 1];
    if (failure !== undefined) throw failure;
    return answerTo(request, content);
  };

describe("a failure", () => {
  it("is followed by another request for what is missing, and reported until then", async () => {
    const { arrived, events, ranges, start } = download((request, count) => {
      const answer = answerTo(request, content);
      if (count > 1) return answer;
      return { ...answer, stream: Readable.from([content.subarray(0, 1_000)]) };
    });
    expect(await start()).toEqual({ bytes, hasKnownSize: true });
    expect(arrived()).toBe(true);
    expect(ranges()).toEqual([undefined, { first: 1_000, last: 2_999 }]);
    const retries = events.filter(({ kind }) => kind === "retrying");
    expect(retries).toMatchObject([{ retry: { attempt: 1, error: { reason: "network" } } }]);
  });

  it("counts as the first again once bytes have arrived", async () => {
    const { events, start } = download((request, count) => {
      const answer = answerTo(request, content);
      if (count === 1 || count === 2) throw refusal(500);
      if (count > 3) return answer;
      return { ...answer, stream: Readable.from([content.subarray(0, 1_000)]) };
    });
    await start();
    const attempts = events.flatMap((event) =>
      event.kind === "retrying" ? [event.retry.attempt] : [],
    );
    expect(attempts).toEqual([1, 2, 1]);
  });

  it("of a busy store reduces the connections", async () => {
    const { lease, start } = download(failingFirst(refusal(503)));
    await start();
    expect(lease.backOff).toHaveBeenCalledOnce();
  });

  it("of another kind does not", async () => {
    const { lease, start } = download(failingFirst(refusal(500)));
    await start();
    expect(lease.backOff).not.toHaveBeenCalled();
  });

  it("to find the object becomes its absence", async () => {
    const { start } = download(() => {
      throw refusal(404);
    });
    await expect(start()).rejects.toMatchObject({
      kind: "not-found",
      tried: "Fetching a.csv",
      status: 404,
    });
  });

  it("of a range is followed by a request without one, because an empty object has none", async () => {
    const { arrived, ranges, start } = download(failingFirst(refusal(416)), {});
    expect(await start()).toEqual({ bytes, hasKnownSize: true });
    expect(arrived()).toBe(true);
    expect(ranges()).toEqual([{ first: 0 }, undefined]);
  });

  it.each<[string, Circumstances]>([
    ["without a range", { bytes }],
    ["after bytes have arrived", { bytes, done: 1_000, resumed: { bytes, etag: '"1"' } }],
  ])("of a range %s means another object", async (_, known) => {
    const { start } = download(failingFirst(refusal(412)), known);
    await expect(start()).rejects.toBeInstanceOf(ObjectChanged);
  });

  it("to reserve space ends the download", async () => {
    const { reserve, start } = download(right);
    const full = new AppError({ kind: "disk", tried: "Fetching", answered: "full" });
    reserve.mockRejectedValue(full);
    await expect(start()).rejects.toBe(full);
  });

  it("is not reported while another request may receive something", async () => {
    const large = 4 * 1024 * 1024;
    let answerFirst: () => void = () => undefined;
    const { events, requests, start } = download(
      (request, count) => {
        if (count === 2) throw refusal(500);
        if (count > 1) return answerTo(request, Buffer.alloc(large));
        return new Promise((resolve) => {
          answerFirst = () => resolve(answerTo(request, Buffer.alloc(large)));
        });
      },
      { bytes: large, capacity: 2 },
    );
    const fetched = start();
    await waitUntil(() => requests.length === 2);
    await new Promise(setImmediate);
    answerFirst();
    expect(await fetched).toMatchObject({ bytes: large });
    expect(events.some(({ kind }) => kind === "retrying")).toBe(false);
  });
});
