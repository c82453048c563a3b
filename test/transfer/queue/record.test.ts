import { describe, expect, it } from "vitest";
import { AppError } from "../../../source/base/errors.ts";
import {
  apply,
  createRecord,
  type TransferRecord,
  toTransfer,
} from "../../../source/transfer/queue/record.ts";

type Event = Parameters<typeof apply>[1];

const file = { fileId: "40ec", fileSetId: "4b0a", name: "a.csv.gz", bytes: 100 };
const error = new AppError({ kind: "service", tried: "Fetching a.csv.gz", answered: "no" });
const retry = { error, attempt: 3, atMs: 7_200 };
const outcome = { state: "saved", path: "/in/a", bytes: 100, sha256: "ab" } as const;

/** A transfer after these events, one a second. */
function recordAfter(...events: Event[]): TransferRecord {
  const record = createRecord("transfer-1", { file, directory: "/in" }, "queued");
  for (const [index, event] of events.entries()) apply(record, event, index * 1_000);
  return record;
}

describe("apply", () => {
  it("reports that something has changed", () => {
    const record = recordAfter();
    const events: Event[] = [
      { kind: "started" },
      { kind: "interrupted", state: "paused" },
      { kind: "requeued" },
      { kind: "started" },
      { kind: "failed", error },
      { kind: "stopped" },
      { kind: "requeued" },
      { kind: "started" },
      { kind: "finished", outcome },
    ];
    for (const event of events) expect(apply(record, event, 0)).toBe(true);
  });

  it("counts no time for a transfer that never ran", () => {
    expect(recordAfter({ kind: "stopped" }).spentMs).toBe(0);
  });

  it.each<[string, Event[], object]>([
    ["queues", [], { state: "queued", bytesDone: 0, bytesTotal: 100 }],
    ["starts", [{ kind: "started" }], { state: "running" }],
    ["names", [{ kind: "started" }, { kind: "named", path: "/in/a" }], { path: "/in/a" }],
    ["sizes", [{ kind: "started" }, { kind: "sized", bytes: 120 }], { bytesTotal: 120 }],
    ["stores", [{ kind: "started" }, { kind: "stored", bytes: 40 }], { bytesDone: 40 }],
    [
      "adds up what arrives",
      [{ kind: "started" }, { kind: "received", bytes: 30 }, { kind: "received", bytes: 20 }],
      { bytesFetched: 50 },
    ],
    [
      "holds what arrives until the file is complete",
      [
        { kind: "started", isWhole: true },
        { kind: "received", bytes: 30 },
        { kind: "received", bytes: 20 },
        { kind: "verifying" },
      ],
      { bytesDone: 0, bytesHeld: 50 },
    ],
    [
      "holds nothing once a part of it is on disk",
      [
        { kind: "started", isWhole: true },
        { kind: "received", bytes: 30 },
        { kind: "stored", bytes: 0 },
        { kind: "received", bytes: 20 },
      ],
      { bytesDone: 0, bytesHeld: 0 },
    ],
    [
      "holds only what came since its requests failed",
      [
        { kind: "started", isWhole: true },
        { kind: "received", bytes: 30 },
        { kind: "retrying", retry },
        { kind: "received", bytes: 20 },
      ],
      { bytesHeld: 20 },
    ],
    [
      "never holds more than its size",
      [
        { kind: "started", isWhole: true },
        { kind: "received", bytes: 70 },
        { kind: "received", bytes: 70 },
      ],
      { bytesHeld: 100 },
    ],
    [
      "holds nothing while it is paused",
      [
        { kind: "started", isWhole: true },
        { kind: "received", bytes: 30 },
        { kind: "interrupted", state: "paused" },
      ],
      { bytesHeld: 0 },
    ],
    [
      "counts down to its next try",
      [{ kind: "started" }, { kind: "retrying", retry }],
      { state: "running", retry: { error, attempt: 3, inSeconds: 8 } },
    ],
    [
      "goes on",
      [{ kind: "started" }, { kind: "retrying", retry }, { kind: "received", bytes: 1 }],
      { state: "running", retry: undefined },
    ],
    [
      "waits for nothing once it is interrupted",
      [{ kind: "started" }, { kind: "retrying", retry }, { kind: "interrupted", state: "paused" }],
      { state: "paused", retry: undefined },
    ],
    ["verifies", [{ kind: "started" }, { kind: "verifying" }], { state: "verifying" }],
    [
      "downloads again after verifying",
      [{ kind: "started" }, { kind: "verifying" }, { kind: "downloading" }],
      { state: "running" },
    ],
    [
      "is saved",
      [{ kind: "started" }, { kind: "finished", outcome }],
      { state: "saved", path: "/in/a", bytesDone: 100, sha256: "ab" },
    ],
    [
      "is saved although it was paused a moment before",
      [
        { kind: "started" },
        { kind: "interrupted", state: "paused" },
        { kind: "finished", outcome },
      ],
      { state: "saved" },
    ],
    ["fails", [{ kind: "started" }, { kind: "failed", error }], { state: "failed", error }],
    [
      "keeps its error if it is cancelled after it failed",
      [
        { kind: "failed", error },
        { kind: "cancelled", atMs: 7 },
      ],
      { state: "cancelled", error, cancelledAtMs: 7 },
    ],
    [
      "has nothing on disk once its partial file is discarded",
      [
        { kind: "started" },
        { kind: "stored", bytes: 40 },
        { kind: "cancelled", atMs: 7 },
        { kind: "discarded" },
      ],
      { state: "cancelled", cancelledAtMs: undefined, bytesDone: 0 },
    ],
    [
      "is not cancelled again when a discard ends late",
      [{ kind: "cancelled", atMs: 7 }, { kind: "requeued" }, { kind: "discarded" }],
      { state: "queued" },
    ],
    [
      "is queued as new",
      [
        { kind: "started" },
        { kind: "stored", bytes: 40 },
        { kind: "failed", error },
        { kind: "requeued" },
      ],
      { state: "queued", error: undefined, bytesDone: 0 },
    ],
    [
      "forgets the sum of what it was before",
      [{ kind: "finished", outcome }, { kind: "requeued" }],
      { state: "queued", sha256: undefined },
    ],
  ])("%s", (_, events, shown) => {
    const transfer = toTransfer(recordAfter(...events), 0);
    const known = { error: undefined, sha256: undefined, retry: undefined, ...transfer };
    expect(known).toMatchObject(shown);
  });

  it.each<Event>([
    { kind: "named", path: "/in/b" },
    { kind: "sized", bytes: 1 },
    { kind: "received", bytes: 1 },
    { kind: "stored", bytes: 1 },
    { kind: "retrying", retry },
    { kind: "verifying" },
    { kind: "downloading" },
  ])("takes no more from an interrupted run: %o", (event) => {
    const record = recordAfter({ kind: "started" }, { kind: "interrupted", state: "queued" });
    const before = toTransfer(record, 0);
    expect(apply(record, event, 0)).toBe(false);
    expect(toTransfer(record, 0)).toEqual(before);
  });

  it("counts the time of all runs", () => {
    const record = recordAfter(
      { kind: "started" },
      { kind: "interrupted", state: "paused" },
      { kind: "stopped" },
      { kind: "started" },
    );
    expect(toTransfer(record, 5_000).seconds).toBe(4);
  });

  it("has rate and time left while it runs, and not after", () => {
    const record = recordAfter({ kind: "started" }, { kind: "received", bytes: 50 });
    apply(record, { kind: "stored", bytes: 50 }, 1_000);
    expect(toTransfer(record, 1_000)).toMatchObject({ bytesPerSecond: 50, secondsLeft: 1 });
    apply(record, { kind: "interrupted", state: "paused" }, 1_000);
    expect(toTransfer(record, 1_000)).toMatchObject({ bytesPerSecond: 0, secondsLeft: undefined });
  });

  it("estimates the time left from what it holds too", () => {
    const record = recordAfter({ kind: "started", isWhole: true }, { kind: "received", bytes: 50 });
    expect(toTransfer(record, 1_000)).toMatchObject({ bytesPerSecond: 50, secondsLeft: 1 });
  });

  it("is silent if no byte came for some seconds", () => {
    const record = recordAfter({ kind: "started" }, { kind: "received", bytes: 50 });
    expect(toTransfer(record, 5_900).silentSeconds).toBeUndefined();
    expect(toTransfer(record, 13_900).silentSeconds).toBe(12);
    apply(record, { kind: "received", bytes: 1 }, 14_000);
    expect(toTransfer(record, 14_500).silentSeconds).toBeUndefined();
    apply(record, { kind: "verifying" }, 14_500);
    expect(toTransfer(record, 60_000).silentSeconds).toBeUndefined();
  });

  it("has no next try while its request is under way", () => {
    const record = recordAfter({ kind: "started" }, { kind: "retrying", retry });
    expect(toTransfer(record, 9_000).retry).toMatchObject({ attempt: 3, inSeconds: 0 });
  });
});
