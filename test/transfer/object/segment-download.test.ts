import { PassThrough } from "node:stream";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { AppError } from "../../../source/base/errors.ts";
import { Secret } from "../../../source/base/secret.ts";
import type { OpenObject } from "../../../source/objects/read-object.ts";
import { ObjectChanged } from "../../../source/objects/recovery.ts";
import type { ObjectRequest } from "../../../source/objects/source.ts";
import { createConnectionPool } from "../../../source/transfer/connections/connection-pool.ts";
import {
  beginJournal,
  type DownloadContext,
  SegmentRequests,
  writeSegment,
} from "../../../source/transfer/object/segment-download.ts";
import { endless, type Segment } from "../../../source/transfer/object/segment-plan.ts";
import { FakeClock } from "../../support/fakes/clock.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { memoryDownload } from "./memory-part.ts";

function segmentOf(first: number, end: number): Segment {
  return { first, position: first, end, beganAtMs: 0 };
}

const flow = {
  flushSize: () => 1,
  maxBuffered: () => 1,
  advanced: () => undefined,
  stalled: () => undefined,
};

/** An answer with this body. */
function answerOf(body: string, more: Partial<OpenObject> = {}): OpenObject {
  const stream = new PassThrough();
  stream.end(body);
  return {
    stream,
    status: 206,
    first: 0,
    isChunked: false,
    identity: { kind: "confirmed" },
    answerMs: 0,
    receivedBytes: () => body.length,
    release: () => undefined,
    ...more,
  };
}

describe("the body of a request", () => {
  it("is written, and each part of it is reported to the record, the disk space and the verifier", async () => {
    const { advance, disk, events, stored, task } = memoryDownload({ bytes: 10, done: 4 });
    const segment = segmentOf(4, 10);
    const reached = await writeSegment(
      task,
      segment,
      answerOf("456789", { first: 4 }),
      () => 10,
      flow,
    );
    expect(reached).toBe(10);
    expect(disk.content.toString("latin1", 4, 10)).toBe("456789");
    expect(events).toEqual([{ kind: "stored", bytes: 10 }]);
    expect(stored).toHaveBeenCalledWith(10);
    expect(advance).toHaveBeenCalledWith(10);
  });

  it("is verified only as far as nothing is missing in front of it", async () => {
    const { advance, events, task } = memoryDownload({ bytes: 10, done: 2 });
    await writeSegment(task, segmentOf(4, 10), answerOf("456789", { first: 4 }), () => 10, flow);
    expect(events).toEqual([{ kind: "stored", bytes: 8 }]);
    expect(advance).toHaveBeenCalledWith(2);
  });

  it("may begin before the bytes that are wanted", async () => {
    const { disk, task } = memoryDownload({ bytes: 10 });
    const whole = answerOf("0123456789", { status: 200 });
    expect(await writeSegment(task, segmentOf(4, 10), whole, () => 10, flow)).toBe(10);
    expect(disk.content.toString("latin1", 3, 10)).toBe("\u0000456789");
  });

  it("may end an object of unknown size", async () => {
    const { task } = memoryDownload({});
    const whole = answerOf("0123", { status: 200 });
    expect(await writeSegment(task, segmentOf(0, endless), whole, () => undefined, flow)).toBe(4);
  });

  it("that cannot be written is a failure of the disk", async () => {
    const { disk, task } = memoryDownload({ bytes: 4 });
    disk.failure = Object.assign(new Error("no space"), { code: "ENOSPC" });
    const writing = writeSegment(task, segmentOf(0, 4), answerOf("0123"), () => 4, flow);
    await expect(writing).rejects.toMatchObject({
      kind: "disk",
      tried: "Saving a.csv",
      errno: "ENOSPC",
    });
  });

  it("that breaks off rejects with the error of the connection", async () => {
    const { task } = memoryDownload({ bytes: 4 });
    const stream = new PassThrough();
    const writing = writeSegment(task, segmentOf(0, 4), answerOf("", { stream }), () => 4, flow);
    const reset = new Error("reset");
    stream.destroy(reset);
    await expect(writing).rejects.toBe(reset);
  });
});

describe("an answer", () => {
  it.each<[string, number | undefined, Partial<OpenObject>, RegExp]>([
    [
      "longer than its listed object is damaged",
      4,
      { status: 200 },
      /it has more than the 4 bytes/,
    ],
    ["too short is incomplete", 8, {}, /2 bytes of the answer are missing/],
    [
      "in chunks that is too short is damaged if a size is listed",
      8,
      { isChunked: true },
      /it has 6 bytes, the service lists 8 bytes/,
    ],
  ])("%s", async (_, bytes, more, words) => {
    const { task } = memoryDownload({ bytes });
    const end = bytes ?? endless;
    const writing = writeSegment(
      task,
      segmentOf(0, end),
      answerOf("012345", more),
      () => bytes,
      flow,
    );
    await expect(writing).rejects.toThrow(words);
  });

  it("in chunks that is too short is incomplete if no size is listed", async () => {
    const { task } = memoryDownload({});
    const answer = answerOf("012345", { isChunked: true });
    const writing = writeSegment(task, segmentOf(0, 8), answer, () => 8, flow);
    await expect(writing).rejects.toThrow(/2 bytes of the answer are missing/);
  });

  it("longer than an object without a listed size is of another object", async () => {
    const { task } = memoryDownload({});
    const answer = answerOf("012345", { status: 200 });
    const writing = writeSegment(task, segmentOf(0, 4), answer, () => 4, flow);
    await expect(writing).rejects.toBeInstanceOf(ObjectChanged);
  });

  it("to a range may be longer than the range", async () => {
    const { task } = memoryDownload({ bytes: 4 });
    expect(await writeSegment(task, segmentOf(0, 4), answerOf("012345"), () => 4, flow)).toBe(4);
  });

  it("as long as its object is complete", async () => {
    const { task } = memoryDownload({ bytes: 6 });
    const answer = answerOf("012345", { status: 200 });
    expect(await writeSegment(task, segmentOf(0, 6), answer, () => 6, flow)).toBe(6);
  });
});

describe("a journal", () => {
  it("names the object", () => {
    const { begin, task } = memoryDownload({ md5: "ab" });
    beginJournal(task, 7, '"1"');
    expect(begin).toHaveBeenCalledWith({
      version: 1,
      fileId: "1",
      bytes: 7,
      etag: '"1"',
      md5: "ab",
    });
  });

  it("that cannot be written is a failure of the disk", () => {
    const { begin, task } = memoryDownload({});
    begin.mockImplementation(() => {
      throw Object.assign(new Error("no space"), { code: "ENOSPC" });
    });
    expect(() => beginJournal(task, 7, undefined)).toThrow(
      expect.objectContaining({ kind: "disk", tried: "Saving a.csv" }),
    );
  });
});

/** Two requests whose answers have begun, and a clock. */
async function twoRequests({ answerMs = 0, stallTimeoutMs = 30_000 } = {}) {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const requests: (ObjectRequest & { stream: PassThrough })[] = [];
  const run = new AbortController();
  const clock = new FakeClock();
  const context: DownloadContext = {
    source: {
      locate: async () => new Secret("https://store/1"),
      async open(request) {
        const stream = new PassThrough();
        request.signal.addEventListener("abort", () => stream.destroy(new Error("aborted")));
        requests.push({ ...request, stream });
        const { first = 0 } = request.range ?? {};
        return { status: 206, first, objectBytes: 200, stream, release: () => undefined };
      },
    },
    pool: { ...createConnectionPool(2, clock.nowMs), answerMs: () => answerMs },
    stallTimeoutMs,
    clock,
    retryDelayMs: 1,
    retriesUntilStopped: false,
  };
  const { events, task } = memoryDownload({ bytes: 200 });
  const ended: Segment[] = [];
  const sender = new SegmentRequests(task, context, run.signal, (one) => void ended.push(one));
  const meter = { answered: vi.fn(), received: vi.fn(), stalled: vi.fn() };
  const segments = [segmentOf(0, 100), segmentOf(100, 200)];
  clock.advance(500);
  const failures: unknown[] = [];
  const sent = segments.map((segment) =>
    sender
      .send(
        segment,
        {
          range: { first: segment.first, last: segment.end - 1 },
          known: () => ({ kind: "listed" }),
          meter,
        },
        ({ stream }) => {
          return new Promise((resolve, reject) => {
            stream.on("end", resolve).on("error", reject);
            stream.resume();
          });
        },
      )
      .catch((thrown) => void failures.push(thrown)),
  );
  await waitUntil(() => segments.every(({ beganAtMs }) => beganAtMs > 0));
  const [first, second] = requests;
  const [moving, silent] = segments;
  if (!first || !second || !moving || !silent) throw new Error("nothing was requested");
  /** Lets seconds pass, in each of which the first request receives a byte. */
  const pass = async (seconds: number, isMoving = true) => {
    for (let second = 0; second < seconds; second += 1) {
      if (isMoving) first.stream.write("1");
      await vi.advanceTimersByTimeAsync(1_000);
    }
  };
  return { ended, events, failures, first, meter, moving, pass, second, sender, sent, silent };
}

describe("a request", () => {
  it("reports its answer and its bytes, and its end", async () => {
    const { ended, events, first, meter, moving, pass, sent } = await twoRequests();
    expect(meter.answered).toHaveBeenCalledTimes(2);
    expect(moving.beganAtMs).toBeCloseTo(500, 0);
    await pass(1);
    expect(events).toEqual([{ kind: "received", bytes: 1 }]);
    expect(meter.received).toHaveBeenCalledWith(1);
    expect(ended).toEqual([]);
    first.stream.end();
    await sent[0];
    expect(ended).toEqual([moving]);
  });

  it("is ended if it is silent while another receives bytes", async () => {
    const { ended, failures, pass, sender, sent, silent } = await twoRequests();
    const stop = sender.detectStalls();
    await pass(4);
    expect(ended).toEqual([]);
    await pass(3);
    await sent[1];
    expect(ended).toEqual([silent]);
    expect(failures).toEqual([expect.objectContaining({ reason: "silence" })]);
    stop();
  });

  it.each<[string, object, boolean]>([
    ["of a distant store, which answers late", { answerMs: 2_000 }, true],
    ["if no other receives anything any more", {}, false],
  ])("may be silent for longer %s", async (_, circumstances, isMoving) => {
    const { ended, pass, sender } = await twoRequests(circumstances);
    const stop = sender.detectStalls();
    await pass(1);
    await pass(8, isMoving);
    expect(ended).toEqual([]);
    stop();
  });

  it("is not watched any more after the download", async () => {
    const { ended, pass, sender } = await twoRequests();
    sender.detectStalls()();
    await pass(8);
    expect(ended).toEqual([]);
  });

  it("of a download that another request takes over is ended, and no other", async () => {
    const { ended, failures, first, moving, sender, sent, silent } = await twoRequests();
    await sender.endOthers(moving);
    expect(ended).toEqual([silent]);
    expect(failures).toEqual([expect.any(AppError)]);
    first.stream.end();
    await sent[0];
    await sender.endOthers(silent);
    expect(ended).toEqual([silent, moving]);
  });
});
