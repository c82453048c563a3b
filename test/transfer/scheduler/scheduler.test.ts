import fs from "node:fs";
import path from "node:path";
import { describe, expect, vi } from "vitest";
import { AppError } from "../../../source/base/errors.ts";
import { fetchFile } from "../../../source/transfer/file/fetch-file.ts";
import type { FileTask } from "../../../source/transfer/file/file-task.ts";
import { apply, createRecord, type TransferRecord } from "../../../source/transfer/queue/record.ts";
import { WaitQueue } from "../../../source/transfer/queue/wait-queue.ts";
import { createScheduler } from "../../../source/transfer/scheduler/scheduler.ts";
import { test as base } from "../../support/test.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { memoryContext } from "../memory-store.ts";

vi.mock("../../../source/transfer/file/fetch-file.ts");

/** A file that is being fetched, until the test ends it. */
interface Fetching extends FileTask {
  end(): void;
  fail(thrown: unknown): void;
}

const megabyte = 1024 * 1024;

const test = base
  /** The files that were started, in order. */
  .extend("started", ({ folder }) => {
    const started: Fetching[] = [];
    vi.mocked(fetchFile).mockImplementation((task) => {
      return new Promise((resolve, reject) => {
        const { name } = task.request.file;
        started.push({
          ...task,
          end: () => resolve({ state: "saved", path: path.join(folder, name), bytes: 1 }),
          fail: reject,
        });
      });
    });
    return started;
  })
  .extend("records", () => new Map<string, TransferRecord>())
  .extend("queue", ({ records }) => new WaitQueue(records))
  .extend("hooks", () => ({ onChanged: vi.fn(), onTick: vi.fn(), onScheduled: vi.fn() }))
  .extend("scheduler", ({ hooks, queue, started }) => {
    expect(started).toEqual([]);
    return createScheduler({
      jobs: 2,
      mediumFiles: 4,
      connections: 8,
      queue,
      ...hooks,
      context: memoryContext(() => Promise.reject(new Error("nothing is fetched"))).context,
    });
  })
  /** Queues large files of these names. */
  .extend("add", ({ folder, queue, records, scheduler }) => {
    return (names: readonly string[], bytes = 10 * megabyte): TransferRecord[] => {
      const added = names.map((name) => {
        const file = { fileId: name, fileSetId: "set", name, bytes };
        const record = createRecord(name, { file, directory: folder }, "queued");
        records.set(name, record);
        queue.enqueue(record, "last");
        return record;
      });
      scheduler.schedule();
      return added;
    };
  })
  /** Stops a running transfer, and queues it again or pauses it. */
  .extend("interrupt", ({ queue, scheduler }) => {
    return (record: TransferRecord, state: "queued" | "paused") => {
      apply(record, { kind: "interrupted", state }, 0);
      if (state === "queued") queue.enqueue(record, "own");
      scheduler.abort(record);
    };
  })
  /** Queues a large file. */
  .extend("addOne", ({ add, records }) => {
    return (name: string): TransferRecord => {
      add([name]);
      const record = records.get(name);
      if (record === undefined) throw new Error("nothing was added");
      return record;
    };
  })
  .extend(
    "namesStarted",
    ({ started }) =>
      () =>
        started.map(({ request }) => request.file.name),
  );

describe("queued files", () => {
  test("start in order, as many as fit, and the next when one has ended", async ({
    add,
    hooks,
    namesStarted,
    scheduler,
    started,
  }) => {
    const [first, second, third] = add(["a", "b", "c"]);
    expect(namesStarted()).toEqual(["a", "b"]);
    expect([first, second, third].map((record) => record?.phase.state)).toEqual([
      "running",
      "running",
      "queued",
    ]);
    expect(hooks.onChanged.mock.calls).toEqual([[first], [second]]);
    expect(hooks.onScheduled).toHaveBeenCalled();
    started[1]?.end();
    await waitUntil(() => started.length === 3);
    expect(second).toMatchObject({ phase: { state: "saved" }, bytesDone: 1, run: undefined });
    expect(hooks.onChanged).toHaveBeenCalledWith(second);
    if (second === undefined || third === undefined) throw new Error("nothing was added");
    expect([scheduler.isBusy(second), scheduler.isBusy(third)]).toEqual([false, true]);
  });

  test("that fit start although one before them does not", ({ add, namesStarted }) => {
    add(["a"]);
    add(["b"], 5 * megabyte);
    add(["c"]);
    add(["d"], 5 * megabyte);
    expect(namesStarted()).toEqual(["a", "b", "d"]);
  });

  test("start while a small one is saved", ({ add, namesStarted, started }) => {
    add(["a", "b", "c", "d", "e"], 100);
    expect(namesStarted()).toHaveLength(4);
    started[0]?.emit({ kind: "received", bytes: 100 });
    expect(namesStarted()).toHaveLength(4);
    started[0]?.emit({ kind: "verifying" });
    expect(namesStarted()).toHaveLength(5);
  });

  test("count what is in memory of a small one, and not of a large one", ({ add, started }) => {
    const [small] = add(["a"], 100);
    const [large] = add(["b"]);
    for (const { emit } of started) emit({ kind: "received", bytes: 50 });
    expect(small?.run?.bytesHeld).toBe(50);
    expect(large?.run?.bytesHeld).toBeUndefined();
  });

  test("that were interrupted start once their run has ended", async ({
    addOne,
    interrupt,
    namesStarted,
    scheduler,
    started,
  }) => {
    const record = addOne("a");
    interrupt(record, "queued");
    scheduler.schedule();
    expect(started[0]?.signal.aborted).toBe(true);
    expect(namesStarted()).toEqual(["a"]);
    started[0]?.emit({ kind: "stored", bytes: 5 });
    expect(record.bytesDone).toBe(0);
    started[0]?.fail(started[0].signal.reason);
    await waitUntil(() => started.length === 2);
    expect(record.phase.state).toBe("running");
  });

  test("that end although they were queued again do not start again", async ({
    addOne,
    interrupt,
    queue,
    scheduler,
    started,
  }) => {
    const record = addOne("a");
    interrupt(record, "queued");
    started[0]?.end();
    await scheduler.idle();
    expect(record.phase.state).toBe("saved");
    expect(queue.isEmpty).toBe(true);
    expect(started).toHaveLength(1);
  });
});

describe("a run", () => {
  test("reports its progress", ({ add, hooks, started }) => {
    const [record] = add(["a"]);
    hooks.onChanged.mockClear();
    started[0]?.emit({ kind: "stored", bytes: 5 });
    expect(record?.bytesDone).toBe(5);
    expect(hooks.onChanged).toHaveBeenCalledExactlyOnceWith(record);
  });

  test("that fails has an error that names its file", async ({ add, scheduler, started }) => {
    const records = add(["one.csv", "two.csv", "three.csv"]);
    const refused = { kind: "service", tried: "Requesting its address", answered: "no" } as const;
    const disk = new AppError({ kind: "disk", tried: "Opening the folder", answered: "no" });
    started[0]?.fail(new AppError(refused));
    started[1]?.fail(disk);
    await waitUntil(() => started.length === 3);
    started[2]?.fail(new Error("a fault"));
    await scheduler.idle();
    expect(records.map(({ phase }) => "error" in phase && phase.error?.tried)).toEqual([
      "Fetching one.csv",
      "Opening the folder",
      "Fetching three.csv",
    ]);
  });

  test("keeps an error that names its file", async ({ add, scheduler, started }) => {
    const [record] = add(["a"]);
    const error = new AppError({ kind: "not-found", tried: "Locating a", answered: "no" });
    started[0]?.fail(error);
    await scheduler.idle();
    expect(record?.phase).toEqual({ state: "failed", error });
  });

  test("that was stopped has no error", async ({ addOne, interrupt, scheduler, started }) => {
    const record = addOne("a");
    interrupt(record, "paused");
    started[0]?.fail(new Error("stopped"));
    await scheduler.idle();
    expect(record.phase.state).toBe("paused");
  });

  test.for([
    ["other", false],
    ["a", true],
  ] as const)(
    "that ends removes its partial file under another name: %s",
    async ([name, stays], { add, folder, records, scheduler, queue, started }) => {
      const file = { fileId: "a", fileSetId: "set", name: "a", bytes: 1 };
      const record = createRecord(
        "a",
        { file, directory: folder },
        "queued",
        path.join(folder, name),
      );
      records.set("a", record);
      queue.enqueue(record, "last");
      const part = path.join(folder, `${name}.part`);
      fs.writeFileSync(part, "");
      scheduler.schedule();
      expect(add([])).toEqual([]);
      started[0]?.end();
      await scheduler.idle();
      expect(fs.existsSync(part)).toBe(stays);
    },
  );
});

describe("time", () => {
  test("is shown each second while a file runs", async ({ add, hooks, scheduler, started }) => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    try {
      scheduler.schedule();
      expect(vi.getTimerCount()).toBe(0);
      add(["a"]);
      scheduler.schedule();
      expect(vi.getTimerCount()).toBe(1);
      vi.advanceTimersByTime(2_000);
      expect(hooks.onTick).toHaveBeenCalledTimes(2);
      started[0]?.end();
      await scheduler.idle();
      expect(vi.getTimerCount()).toBe(0);
      add(["b"]);
      expect(vi.getTimerCount()).toBe(1);
    } finally {
      vi.useRealTimers();
    }
  });
});

/** Whether a promise has settled, after everything that is due. */
function watch(promise: Promise<unknown>) {
  const watched = { isSettled: false };
  void promise.then(() => {
    watched.isSettled = true;
  });
  return {
    async isSettled() {
      await new Promise(setImmediate);
      return watched.isSettled;
    },
  };
}

describe("the end", () => {
  test("comes when nothing runs or waits", async ({ add, scheduler, started }) => {
    await scheduler.idle();
    add(["a", "b", "c"]);
    const ends = [watch(scheduler.idle()), watch(scheduler.idle())];
    for (const count of [0, 1, 2]) {
      expect(await ends[0]?.isSettled()).toBe(false);
      await waitUntil(() => started.length > count);
      started[count]?.end();
    }
    expect(await Promise.all(ends.map((end) => end.isSettled()))).toEqual([true, true]);
  });

  test("of a stop comes when what runs has ended, and nothing more starts", async ({
    add,
    scheduler,
    started,
  }) => {
    add(["a", "b", "c"]);
    const end = watch(scheduler.stop());
    expect(await end.isSettled()).toBe(false);
    started[0]?.end();
    expect(await end.isSettled()).toBe(false);
    started[1]?.end();
    expect(await end.isSettled()).toBe(true);
    expect(started).toHaveLength(2);
    await scheduler.idle();
  });
});

describe("a partial file", () => {
  test("is removed once its run has ended, and the transfer starts after that", async ({
    addOne,
    folder,
    interrupt,
    scheduler,
    started,
  }) => {
    const record = addOne("a");
    started[0]?.emit({ kind: "named", path: path.join(folder, "a") });
    const part = path.join(folder, "a.part");
    fs.writeFileSync(part, "");
    interrupt(record, "queued");
    const discarded = scheduler.discard(record);
    expect(await watch(discarded).isSettled()).toBe(false);
    expect(fs.existsSync(part)).toBe(true);
    started[0]?.fail(started[0].signal.reason);
    await discarded;
    expect(fs.existsSync(part)).toBe(false);
    expect(started).toHaveLength(2);
  });

  test("of a transfer that does not run is removed at once, and it is busy until then", async ({
    folder,
    queue,
    records,
    scheduler,
  }) => {
    const file = { fileId: "a", fileSetId: "set", name: "a", bytes: 1 };
    const record = createRecord("a", { file, directory: folder }, "queued", path.join(folder, "a"));
    records.set("a", record);
    queue.remove(record);
    const [own, left] = ["a.part", "b.part"].map((name) => path.join(folder, name));
    if (own === undefined || left === undefined) throw new Error("no path");
    fs.writeFileSync(own, "");
    fs.writeFileSync(left, "");
    const discarded = scheduler.discard(record, {
      path: path.join(folder, "b"),
      request: record.request,
    });
    expect(scheduler.isBusy(record)).toBe(true);
    await scheduler.stop();
    expect([fs.existsSync(own), fs.existsSync(left)]).toEqual([true, false]);
    await discarded;
    expect(scheduler.isBusy(record)).toBe(false);
  });

  test("of a transfer that is unknown is nothing to stop", ({ folder, scheduler }) => {
    const file = { fileId: "a", fileSetId: "set", name: "a" };
    const record = createRecord("a", { file, directory: folder }, "queued");
    expect(() => scheduler.abort(record)).not.toThrow();
    expect(scheduler.isBusy(record)).toBe(false);
  });
});
