import { randomBytes } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { describe, expect, vi } from "vitest";
import { waitUntil } from "../support/wait-until.ts";
import { test as it, md5 } from "./engine-fixture.ts";

describe("the queue", () => {
  it("runs a limited number of large files at a time, in order", async ({
    directory,
    createEngine,
    offer,
  }) => {
    const bytes = 9_000_000;
    const engine = createEngine({ jobs: 2 });
    const files = [0, 1, 2].map((index) => offer(`q-${index}`, randomBytes(bytes)));
    engine.add(files.map((file) => ({ file, directory })));
    expect(engine.snapshot().transfers.map(({ state }) => state)).toEqual([
      "running",
      "running",
      "queued",
    ]);
    expect(engine.snapshot().totals).toMatchObject({
      running: 2,
      queued: 1,
      bytesTotal: 3 * bytes,
    });
    await engine.idle();
    expect(engine.snapshot().totals).toMatchObject({ running: 0, done: 3, bytesDone: 3 * bytes });
  });

  it.for([
    { of: "large", jobs: undefined, bytes: 9_000_000, running: 4 },
    { of: "medium", jobs: undefined, bytes: 1_000_000, running: 16 },
    { of: "medium", jobs: 2, bytes: 1_000_000, running: 2 },
    { of: "small", jobs: 2, bytes: 1_000, running: 4 },
    { of: "small", jobs: 1, bytes: 1_000, running: 1 },
  ])(
    "begins with $running $of files at a time if jobs are $jobs",
    async ({ jobs, bytes, running }, { server, directory, createEngine, offer }) => {
      server.limit = bytes;
      const engine = createEngine({ jobs });
      const files = Array.from({ length: 20 }, (_, index) =>
        offer(`m-${index}`, randomBytes(bytes)),
      );
      engine.add(files.map((file) => ({ file, directory })));
      expect(engine.snapshot().totals).toMatchObject({ running, queued: 20 - running });
      await engine.stop();
    },
  );

  it("keeps the id of a file that is queued already", ({ directory, createEngine, offer }) => {
    const engine = createEngine();
    const file = offer("same", randomBytes(10));
    const [first] = engine.add([{ file, directory }]);
    expect(engine.add([{ file, directory }])).toEqual([first]);
    expect(engine.snapshot().transfers).toHaveLength(1);
  });

  it.for(["paused", "queued"])(
    "replaces the file that is there when a %s transfer is asked for again so",
    async (state, { directory, createEngine, offer, content }) => {
      await fs.writeFile(path.join(directory, "mine.bin"), "mine");
      const body = randomBytes(2_000_000);
      const file = offer("mine", body, { md5: md5(body) });
      const engine = createEngine({ jobs: 1 });
      const first = offer("first", randomBytes(2_000_000));
      const [, id = ""] = engine.add([first, file].map((one) => ({ file: one, directory })));
      if (state === "paused") engine.pause(id);
      expect(engine.snapshot().transfers[1]?.state).toBe(state);
      expect(engine.add([{ file, directory, overwrite: true }])).toEqual([id]);
      await engine.idle();
      expect((await fs.readdir(directory)).sort()).toEqual(["first.bin", "mine.bin"]);
      expect((await content("mine.bin")).equals(body)).toBe(true);
    },
  );

  it("replaces the existing file on request after a part file was created beside it", async ({
    server,
    directory,
    createEngine,
    offer,
    content,
  }) => {
    await fs.writeFile(path.join(directory, "mine.bin"), "mine");
    const body = randomBytes(2_000_000);
    const file = offer("mine", body, { md5: md5(body) });
    server.limit = 2_000_000;
    const engine = createEngine();
    const [id = ""] = engine.add([{ file, directory }]);
    await waitUntil(() => (engine.snapshot().transfers[0]?.bytesDone ?? 0) > 0);
    engine.pause(id);
    server.limit = undefined;
    engine.add([{ file, directory, overwrite: true }]);
    await engine.idle();
    expect((await content("mine.bin")).equals(body)).toBe(true);
    expect(await fs.readdir(directory)).toEqual(["mine.bin"]);
  });

  it("pauses and resumes", async ({ server, directory, createEngine, offer }) => {
    server.limit = 500_000;
    const engine = createEngine();
    const body = randomBytes(400_000);
    const [id = ""] = engine.add([{ file: offer("slow", body, { md5: md5(body) }), directory }]);
    await waitUntil(() => (engine.snapshot().transfers[0]?.bytesFetched ?? 0) > 0);
    engine.pause(id);
    await engine.idle();
    expect(engine.snapshot().transfers[0]?.state).toBe("paused");
    expect(await fs.readdir(directory)).toContain("slow.bin.part");
    server.limit = undefined;
    engine.resume(id);
    await engine.idle();
    expect(engine.snapshot().transfers[0]?.state).toBe("saved");
  });

  it("cancels, and removes the partial file when the list is cleared", async ({
    server,
    directory,
    createEngine,
    offer,
  }) => {
    server.limit = 500_000;
    const engine = createEngine();
    const [id = ""] = engine.add([{ file: offer("gone", randomBytes(400_000)), directory }]);
    await waitUntil(() => (engine.snapshot().transfers[0]?.bytesFetched ?? 0) > 0);
    engine.cancel(id);
    await engine.idle();
    expect(engine.snapshot().transfers[0]?.state).toBe("cancelled");
    expect(await fs.readdir(directory)).toContain("gone.bin.part");
    engine.clearEnded();
    await waitUntil(() => engine.snapshot().transfers.length === 0);
    expect(await fs.readdir(directory)).toEqual([]);
  });

  it("pauses while an existing file is read, however long that takes", async ({
    directory,
    createEngine,
    offer,
  }) => {
    const body = randomBytes(1_000);
    await fs.writeFile(path.join(directory, "there.bin"), body);
    // A thread that has no end with what it reads.
    const program = `import { parentPort } from "node:worker_threads";
      parentPort.on("message", ({ kind, id }) => {
        if (kind === "close") parentPort.postMessage({ kind: "closed", id });
      });`;
    const workerUrl = new URL(`data:text/javascript,${encodeURIComponent(program)}`);
    const engine = createEngine({ workerUrl });
    const file = offer("there", body, { md5: md5(body) });
    const [id = ""] = engine.add([{ file, directory }]);
    const state = () => engine.snapshot().transfers[0]?.state;
    await waitUntil(() => state() === "verifying");
    engine.pause(id);
    await engine.idle();
    expect(state()).toBe("paused");
  });

  it("stops, keeps partial files, and starts no further transfer", async ({
    server,
    directory,
    createEngine,
    offer,
  }) => {
    server.limit = 500_000;
    const engine = createEngine({ jobs: 1 });
    const files = [0, 1].map((index) => offer(`s-${index}`, randomBytes(400_000)));
    engine.add(files.map((file) => ({ file, directory })));
    await waitUntil(() => (engine.snapshot().transfers[0]?.bytesFetched ?? 0) > 0);
    await engine.stop();
    expect(engine.snapshot().transfers.map(({ state }) => state)).toEqual(["queued", "queued"]);
    expect(await fs.readdir(directory)).toContain("s-0.bin.part");
  });

  it("notifies listeners of changes until they unsubscribe", async ({
    createEngine,
    offer,
    fetchOne,
  }) => {
    const engine = createEngine();
    const listener = vi.fn();
    const leave = engine.subscribe(listener);
    await fetchOne(engine, offer("told", randomBytes(10)));
    await waitUntil(() => listener.mock.calls.length > 0);
    leave();
    const calls = listener.mock.calls.length;
    await fetchOne(engine, offer("untold", randomBytes(10)));
    expect(listener).toHaveBeenCalledTimes(calls);
  });
});
