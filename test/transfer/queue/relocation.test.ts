import { randomBytes } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { describe, expect } from "vitest";
import { AppError } from "../../../source/base/errors.ts";
import type { ObjectRequest } from "../../../source/objects/source.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { test as base, only } from "../engine-fixture.ts";

const full = new AppError({
  kind: "disk",
  tried: "Saving a.bin",
  answered: "the disk is full",
  reason: "no-space",
  isOfFolder: true,
  errno: "ENOSPC",
});

const readOnly = new AppError({
  kind: "disk",
  tried: "Saving a.bin",
  answered: "the file system is read-only",
  isOfFolder: true,
  errno: "EROFS",
});

const it = base
  .extend("elsewhere", ({ directory }) => path.join(directory, "elsewhere"))
  /** An engine whose disk fills up after two megabytes, until `disk.isFull` is false. */
  .extend("disk", () => ({ isFull: true }))
  .extend("engineOnFullDisk", ({ createEngine, disk, server }) => {
    const { source } = server;
    let opened = 0;
    const open = async (request: ObjectRequest) => {
      opened += 1;
      if (disk.isFull && opened > 1) throw full;
      return source.open(request);
    };
    server.fault = () => (disk.isFull ? { kind: "cut", afterBytes: 2_000_000 } : undefined);
    return createEngine({ connections: 1, source: { ...source, open } });
  });

describe("another folder", () => {
  it("gets what failed for lack of space, and the full one keeps nothing of it", async ({
    directory,
    disk,
    elsewhere,
    engineOnFullDisk: engine,
    fetchOne,
    offer,
  }) => {
    const body = randomBytes(4_000_000);
    const file = offer("a", body);
    expect((await fetchOne(engine, file)).error?.reason).toBe("no-space");
    expect(await fs.readdir(directory)).toContain("a.bin.part");
    disk.isFull = false;
    expect(engine.relocate(directory, elsewhere)).toBe(1);
    engine.add([{ file, directory: elsewhere }]);
    await engine.idle();
    expect(only(engine)).toMatchObject({ state: "saved", directory: elsewhere });
    expect(engine.snapshot().transfers).toHaveLength(1);
    expect(await fs.readdir(directory)).toEqual(["elsewhere"]);
    expect((await fs.readFile(path.join(elsewhere, "a.bin"))).equals(body)).toBe(true);
  });

  it("gets what a read-only folder refused", async ({
    createEngine,
    directory,
    elsewhere,
    fetchOne,
    offer,
    server,
  }) => {
    const { source } = server;
    let isReadOnly = true;
    const open = async (request: ObjectRequest) => {
      if (isReadOnly) throw readOnly;
      return source.open(request);
    };
    const engine = createEngine({ source: { ...source, open } });
    expect((await fetchOne(engine, offer("a", randomBytes(100)))).error?.errno).toBe("EROFS");
    isReadOnly = false;
    expect(engine.relocate(directory, elsewhere)).toBe(1);
    await engine.idle();
    expect(only(engine)).toMatchObject({ state: "saved", directory: elsewhere });
  });

  it("gets what waits, but not what has begun or goes to an unrelated folder", async ({
    createEngine,
    directory,
    elsewhere,
    offer,
    server,
  }) => {
    server.fault = ({ fileId }) =>
      fileId === "begun" ? { kind: "stall", afterBytes: 1_000_000 } : undefined;
    const engine = createEngine({ jobs: 1, connections: 1 });
    const [begun, inside, unrelated] = ["begun", "inside", "unrelated"].map((id) =>
      offer(id, randomBytes(2_000_000)),
    );
    if (!begun || !inside || !unrelated) throw new Error("nothing was offered");
    const other = path.join(directory, "..", `${path.basename(directory)}-other`);
    engine.add([
      { file: begun, directory },
      { file: inside, directory: path.join(directory, "set") },
      { file: unrelated, directory: other },
    ]);
    await waitUntil(() => (engine.snapshot().transfers[0]?.bytesDone ?? 0) > 0);
    expect(engine.relocate(directory, elsewhere)).toBe(1);
    expect(engine.snapshot().transfers.map((transfer) => transfer.directory)).toEqual([
      directory,
      path.join(elsewhere, "set"),
      other,
    ]);
  });

  it("gets nothing that failed for another reason", async ({
    createEngine,
    directory,
    elsewhere,
    fetchOne,
    offer,
    server,
  }) => {
    server.fault = () => ({ kind: "refuse", status: 410 });
    const engine = createEngine();
    await fetchOne(engine, offer("gone", randomBytes(100)));
    expect(engine.relocate(directory, elsewhere)).toBe(0);
    expect(only(engine)).toMatchObject({ state: "failed", directory });
  });
});
