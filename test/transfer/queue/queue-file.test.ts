import { randomBytes } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { describe, expect } from "vitest";
import { openQueueFile } from "../../../source/transfer/queue/queue-file.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { test as base, only } from "../engine-fixture.ts";

const file = { fileId: "40ec", fileSetId: "4081", name: "a.gz", bytes: 5 };

const it = base
  /** The folder of the queues. */
  .extend("stateDirectory", async ({ folder }) => {
    const stateDirectory = path.join(folder, "state");
    await fs.mkdir(stateDirectory);
    return stateDirectory;
  })
  /** Makes the writers of the queues look like ended processes. */
  .extend("endWriters", ({ stateDirectory }) => {
    return async () => {
      for (const name of await fs.readdir(stateDirectory)) {
        const at = path.join(stateDirectory, name);
        const queue = JSON.parse(await fs.readFile(at, "utf8"));
        queue.process.began = "another";
        await fs.writeFile(at, JSON.stringify(queue));
      }
    };
  });

it("offers no name that controls a terminal", async ({ stateDirectory, endWriters }) => {
  const named = { ...file, name: "a\u001b[2J\u202e.gz" };
  openQueueFile(stateDirectory).save([{ file: named, directory: "/d" }]);
  await endWriters();
  expect(openQueueFile(stateDirectory).recovered).toMatchObject([{ file: { name: "a[2J.gz" } }]);
});

it("offers the downloads of an ended process, once", async ({ stateDirectory, endWriters }) => {
  const named = { ...file, fileSetName: "Init", packageName: "Scores" };
  const waiting = { file: named, directory: "/d", overwrite: true, path: "/d/a.gz" };
  openQueueFile(stateDirectory).save([waiting]);
  expect(openQueueFile(stateDirectory).recovered).toEqual([]);
  await endWriters();
  expect(openQueueFile(stateDirectory).recovered).toEqual([waiting]);
  expect(openQueueFile(stateDirectory).recovered).toEqual([]);
});

it("leaves no file when nothing is queued, and treats a damaged one as empty", async ({
  stateDirectory,
}) => {
  const queue = openQueueFile(stateDirectory);
  queue.save([{ file, directory: "/d" }]);
  queue.save([]);
  expect(await fs.readdir(stateDirectory)).toEqual([]);
  await fs.writeFile(path.join(stateDirectory, "transfers-x.json"), "{");
  expect(openQueueFile(stateDirectory).recovered).toEqual([]);
  expect(await fs.readdir(stateDirectory)).toEqual([]);
});

it("removes the unfinished file of a process that was killed before the clock was set back", async ({
  stateDirectory,
}) => {
  const begun = path.join(stateDirectory, "transfers-x.json.new");
  await fs.writeFile(begun, "");
  const future = new Date(Date.now() + 3_600_000);
  await fs.utimes(begun, future, future);
  expect(openQueueFile(stateDirectory).recovered).toEqual([]);
  expect(await fs.readdir(stateDirectory)).toEqual([]);
});

it("loses no download that a killed process was taking over", async ({
  stateDirectory,
  endWriters,
}) => {
  const other = { ...file, fileId: "40ed" };
  openQueueFile(stateDirectory).save([{ file, directory: "/d" }]);
  openQueueFile(stateDirectory).save([{ file: other, directory: "/d" }]);
  await endWriters();
  const [first = "", second = ""] = await fs.readdir(stateDirectory);
  const at = (name: string) => path.join(stateDirectory, name);
  const text = await fs.readFile(at(first), "utf8");
  // It had said that it takes over, and had taken one of two, whose new text it was just writing.
  const killed = "transfers-killed.json";
  await fs.writeFile(at(killed), text.replace(/"waiting":\[.*\]/, '"waiting":[]'));
  await fs.rename(at(first), at(`${killed}.${first}`));
  await fs.copyFile(at(second), at(`${second}.new`));
  const recovered = openQueueFile(stateDirectory).recovered.map(({ file: { fileId } }) => fileId);
  expect(recovered.sort()).toEqual(["40ec", "40ed"]);
  expect(await fs.readdir(stateDirectory)).toHaveLength(1);
});

it("leaves downloads to a running process that is taking them over", async ({
  stateDirectory,
  endWriters,
}) => {
  openQueueFile(stateDirectory).save([{ file, directory: "/d" }]);
  await endWriters();
  const [left = ""] = await fs.readdir(stateDirectory);
  openQueueFile(stateDirectory).save([{ file: { ...file, fileId: "40ee" }, directory: "/d" }]);
  const [taker = ""] = await fs.readdir(stateDirectory);
  const taken = path.join(stateDirectory, `${taker}.${left}`);
  await fs.writeFile(taken, "{}");
  expect(openQueueFile(stateDirectory).recovered).toEqual([]);
  expect(await fs.readdir(stateDirectory)).toContain(path.basename(taken));
});

it("lets the next start resume downloads that a quit stopped", async ({
  stateDirectory,
  endWriters,
  server,
  directory,
  createEngine,
  offer,
  fetchSome,
}) => {
  const body = randomBytes(4_000_000);
  server.limit = 8_000_000;
  const first = createEngine({ stateDirectory });
  await fetchSome(first, offer("kept", body), 1_000_000);
  await endWriters();
  server.limit = undefined;
  const second = createEngine({ stateDirectory });
  const [transfer] = second.snapshot().transfers;
  expect(transfer).toMatchObject({ state: "paused", path: path.join(directory, "kept.bin") });
  second.resume(transfer?.id ?? "");
  await second.idle();
  expect(second.snapshot().transfers).toMatchObject([{ state: "saved" }]);
  expect(second.snapshot().transfers[0]?.bytesFetched).toBeLessThan(3_200_000);
  await waitUntil(async () => (await fs.readdir(stateDirectory)).length === 0);
});

it("lets the next start resume downloads that failed temporarily, and no others", async ({
  stateDirectory,
  endWriters,
  server,
  createEngine,
  offer,
  fetchAll,
}) => {
  const body = randomBytes(4_000_000);
  const broken = offer("broken", body);
  const wrong = offer("wrong", randomBytes(1_000), { md5: "0".repeat(32) });
  const missing = offer("missing", randomBytes(1_000));
  server.remove("missing");
  server.fault = ({ fileId }) => {
    if (fileId !== "broken") return undefined;
    const isFirst = server.asked.filter((one) => one.fileId === fileId).length === 1;
    return isFirst
      ? { kind: "cut", afterBytes: 1_000_000 }
      : { kind: "refuse", status: 503, retryAfter: "3600" };
  };
  // One connection, because another may be refused before anything has arrived.
  const first = createEngine({ stateDirectory, connections: 1 });
  const failed = await fetchAll(first, [broken, wrong, missing]);
  expect(failed.map(({ error }) => error?.kind)).toEqual(["service", "integrity", "not-found"]);
  await first.stop();
  await endWriters();
  server.fault = () => undefined;
  const second = createEngine({ stateDirectory });
  expect(second.snapshot().transfers).toMatchObject([{ file: broken, state: "paused" }]);
  second.resume(second.snapshot().transfers[0]?.id ?? "");
  await second.idle();
  expect(second.snapshot().transfers).toMatchObject([{ state: "saved" }]);
  expect(second.snapshot().transfers[0]?.bytesFetched).toBeLessThan(body.length);
});

it("keeps failed downloads only while they are on the list", async ({
  stateDirectory,
  server,
  createEngine,
  offer,
  fetchOne,
}) => {
  server.fault = () => ({ kind: "refuse", status: 503, retryAfter: "3600" });
  const engine = createEngine({ stateDirectory });
  expect(await fetchOne(engine, offer("broken", randomBytes(1_000)))).toMatchObject({
    state: "failed",
  });
  await waitUntil(async () => (await fs.readdir(stateDirectory)).length === 1);
  engine.clearEnded();
  await waitUntil(async () => (await fs.readdir(stateDirectory)).length === 0);
});

it("keeps no address", async ({ stateDirectory, server, directory, createEngine, offer }) => {
  server.limit = 1_000;
  const engine = createEngine({ stateDirectory });
  engine.add([{ file: offer("secret", randomBytes(50_000)), directory }]);
  const [name = ""] = await fs.readdir(stateDirectory);
  expect(await fs.readFile(path.join(stateDirectory, name), "utf8")).not.toMatch(/http:|sig=/);
  expect((await fs.stat(path.join(stateDirectory, name))).mode & 0o777).toBe(0o600);
});

describe("a download that was cancelled before a crash", () => {
  const cancelled = it.extend(
    "crash",
    ({ stateDirectory, endWriters, server, directory, createEngine, offer }) => {
      return async () => {
        const body = randomBytes(4_000_000);
        server.limit = 4_000_000;
        const engine = createEngine({ stateDirectory });
        const [id = ""] = engine.add([{ file: offer("gone", body), directory }]);
        await waitUntil(() => only(engine).bytesDone > 1_000_000);
        engine.cancel(id);
        await engine.idle();
        await waitUntil(async () => {
          const [queue = ""] = await fs.readdir(stateDirectory);
          const text = await fs.readFile(path.join(stateDirectory, queue), "utf8");
          return text.includes("cancelledAtMs");
        });
        await endWriters();
        server.limit = undefined;
      };
    },
  );

  cancelled(
    "can be restored by the next start",
    async ({ stateDirectory, createEngine, crash }) => {
      await crash();
      const engine = createEngine({ stateDirectory });
      expect(only(engine).state).toBe("cancelled");
      engine.restore(only(engine).id);
      await engine.idle();
      expect(only(engine)).toMatchObject({ state: "saved" });
      expect(only(engine).bytesFetched).toBeLessThan(3_200_000);
    },
  );

  cancelled(
    "leaves no partial file after its time",
    async ({ stateDirectory, directory, createEngine, crash }) => {
      await crash();
      const engine = createEngine({ stateDirectory, cancelledPartMs: 0 });
      await waitUntil(() => engine.snapshot().transfers.length === 0);
      expect(await fs.readdir(directory)).toEqual([path.basename(stateDirectory)]);
      await waitUntil(async () => (await fs.readdir(stateDirectory)).length === 0);
    },
  );
});
