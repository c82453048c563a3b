import { Readable } from "node:stream";
import { AppError } from "../../source/base/errors.ts";
import { Secret } from "../../source/base/secret.ts";
import { createDirectorySync } from "../../source/files/disk.ts";
import { createDiskSpace } from "../../source/files/free-space.ts";
import { createFolderMaker } from "../../source/files/make-folder.ts";
import type { ObjectBody, ObjectRequest } from "../../source/objects/source.ts";
import { createConnectionPool } from "../../source/transfer/connections/connection-pool.ts";
import type { TransferRequest } from "../../source/transfer/engine.ts";
import type { TransferEvent } from "../../source/transfer/events.ts";
import { createDestinations } from "../../source/transfer/file/destination.ts";
import type { FetchWay, FileContext, FileTask } from "../../source/transfer/file/file-task.ts";
import { createBodyPool } from "../../source/transfer/verify/small-files.ts";
import { createWorkerPool } from "../../source/transfer/verify/worker-pool.ts";
import { FakeClock } from "../support/fakes/clock.ts";

/** How a store in memory answers its requests, which are counted from 1. */
export type Answer = (request: ObjectRequest, count: number) => ObjectBody | Promise<ObjectBody>;

/** The right answer for an object with this content. */
export function answerTo({ range }: ObjectRequest, content: Buffer): ObjectBody {
  const { first = 0, last = content.length - 1 } = range ?? {};
  return {
    status: range === undefined ? 200 : 206,
    etag: '"1"',
    first,
    objectBytes: content.length,
    stream: Readable.from([content.subarray(first, last + 1)]),
    release: () => undefined,
  };
}

/** A refusal of the store. */
export function refusal(status: number): AppError {
  return new AppError({ kind: "service", tried: "Fetching", answered: "no", status });
}

/** What all files of an engine share, with a store in memory. Waits for retries take no time. */
export function memoryContext(answer: Answer, more: Partial<FileContext> = {}) {
  const clock = new FakeClock();
  clock.run();
  const requests: ObjectRequest[] = [];
  const context: FileContext = {
    source: {
      locate: async () => new Secret("https://store/1"),
      async open(request) {
        requests.push(request);
        return answer(request, requests.length);
      },
    },
    pool: createConnectionPool(1, clock.nowMs),
    destinations: createDestinations(),
    workers: createWorkerPool(undefined),
    bodies: createBodyPool(),
    diskSpace: createDiskSpace(async () => undefined),
    makeFolder: createFolderMaker(),
    syncDirectory: createDirectorySync(),
    boot: "boot",
    recordsSha256: true,
    retryDelayMs: 1,
    retriesUntilStopped: false,
    stallTimeoutMs: 30_000,
    clock,
    ...more,
  };
  return { clock, context, requests };
}

/** A file to fetch, and what is reported of it. */
export function memoryTask(context: FileContext, request: TransferRequest, way: FetchWay) {
  const events: TransferEvent[] = [];
  const run = new AbortController();
  const task: FileTask = {
    request,
    way,
    context,
    emit: (event) => void events.push(event),
    signal: run.signal,
  };
  return { abort: () => run.abort(), events, task };
}
