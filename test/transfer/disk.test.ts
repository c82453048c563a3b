import { randomBytes } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { describe, expect, vi } from "vitest";
import { createDirectorySync } from "../../source/files/disk.ts";
import { createDiskSpace } from "../../source/files/free-space.ts";
import { waitUntil } from "../support/wait-until.ts";
import { test as it, md5 } from "./engine-fixture.ts";

const megabyte = 1024 * 1024;

describe("disk space", () => {
  it("is asked for before, with what others will still need", async () => {
    const space = createDiskSpace(async () => 100);
    const first = await space.reserve("/d", 60, "a.gz");
    await expect(space.reserve("/d", 50, "b.gz")).rejects.toMatchObject({
      kind: "disk",
      errno: "ENOSPC",
      message: expect.stringContaining(
        "Fetching b.gz: not enough disk space: 50 B needed, 40 B free",
      ),
    });
    first.used(30);
    const second = await space.reserve("/d", 50, "b.gz");
    first.end();
    second.end();
    await expect(space.reserve("/d", 100, "c.gz")).resolves.toBeDefined();
  });

  it("is not checked if the system does not report it", async () => {
    const space = createDiskSpace(async () => undefined);
    await expect(space.reserve("/d", 1e15, "a.gz")).resolves.toBeDefined();
  });
});

it("a folder is synced once for all that wait, after they asked", async () => {
  const begun: (() => void)[] = [];
  const sync = vi.fn(() => new Promise<void>((resolve) => begun.push(resolve)));
  const syncDirectory = createDirectorySync(sync);
  const all = Promise.all([syncDirectory("/d"), syncDirectory("/d"), syncDirectory("/d")]);
  begun.shift()?.();
  await waitUntil(() => begun.length > 0);
  begun.shift()?.();
  await all;
  expect(sync).toHaveBeenCalledTimes(2);
});

describe("a disk", () => {
  it("that fills up midway ends the file with exit 7, and the partial file is resumed", async ({
    skip,
    server,
    directory,
    mountSmall,
    createEngine,
    offer,
  }) => {
    if (!mountSmall("size=8m")) return skip();
    const body = randomBytes(6 * megabyte);
    const file = offer("full", body, { md5: md5(body) });
    server.limit = megabyte / 2;
    const engine = createEngine();
    const [id = ""] = engine.add([{ file, directory }]);
    await waitUntil(() => (engine.snapshot().transfers[0]?.bytesDone ?? 0) > megabyte);
    const filler = path.join(directory, "filler");
    await fs.writeFile(filler, Buffer.alloc(4 * megabyte));
    await engine.idle();
    const [failed] = engine.snapshot().transfers;
    expect(failed?.error?.exitCode).toBe(7);
    expect(failed?.error?.message).toContain("the disk is full");
    await fs.rm(filler);
    engine.retry(id);
    await engine.idle();
    const [saved] = engine.snapshot().transfers;
    expect(saved?.state).toBe("saved");
    expect(saved?.bytesFetched).toBeLessThan(body.length * 1.5);
    expect((await fs.readFile(path.join(directory, "full.bin"))).equals(body)).toBe(true);
  });

  it("that is read-only ends the file with exit 7", async ({
    skip,
    directory,
    mountSmall,
    createEngine,
    offer,
  }) => {
    if (!mountSmall("size=1m,ro")) return skip();
    const engine = createEngine();
    engine.add([{ file: offer("ro", randomBytes(1_000)), directory }]);
    await engine.idle();
    const [failed] = engine.snapshot().transfers;
    expect(failed?.error?.exitCode).toBe(7);
    expect(failed?.error?.message).toContain("read-only");
  });
});
