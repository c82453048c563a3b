import { randomBytes } from "node:crypto";
import fs from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect } from "vitest";
import {
  blockBytes,
  createDiskWriter,
  type Disk,
  type Write,
} from "../../../source/transfer/part-file/disk-writer.ts";
import { test as it } from "../../support/test.ts";

interface Call {
  by: "this thread" | "another";
  position: number;
  bytes: number;
}

/** A disk in memory, whose clock goes on by what each write takes. */
function createDisk(mostBytes = Number.POSITIVE_INFINITY) {
  const calls: Call[] = [];
  const content: number[] = [];
  const disk = { calls, content, msPerWrite: 0, nowMs: 0, refusal: undefined as Error | undefined };
  const take = (by: Call["by"], chunks: readonly Buffer[], position: number): number => {
    disk.nowMs += disk.msPerWrite;
    if (disk.refusal !== undefined) throw disk.refusal;
    const bytes = Buffer.concat(chunks).subarray(0, mostBytes);
    for (const [index, byte] of bytes.entries()) content[position + index] = byte;
    calls.push({ by, position, bytes: bytes.length });
    return bytes.length;
  };
  const system: Disk = {
    writeNow: (_, chunks, position) => take("this thread", chunks, position),
    writeLater(_, chunks, position, done) {
      setImmediate(() => {
        let bytes: number;
        try {
          bytes = take("another", chunks, position);
        } catch (thrown) {
          return done(thrown instanceof Error ? thrown : new Error(String(thrown)), 0);
        }
        done(null, bytes);
      });
    },
    nowMs: () => disk.nowMs,
  };
  return Object.assign(disk, { system });
}

function settled(write: Write, chunks: Buffer[], position: number): Promise<Error | null> {
  return new Promise((resolve) => write(chunks, position, resolve));
}

const some = (bytes: number) => [Buffer.alloc(bytes, 1)];

describe("a disk writer", () => {
  it("has another thread wait for the first write, and gives the next ones itself", async () => {
    const disk = createDisk();
    const write = createDiskWriter(3, disk.system);
    await settled(write, some(10), 0);
    await settled(write, some(10), 10);
    expect(disk.calls).toEqual([
      { by: "another", position: 0, bytes: 10 },
      { by: "this thread", position: 10, bytes: 10 },
    ]);
  });

  it("ends each write with a block", async () => {
    const disk = createDisk();
    const write = createDiskWriter(3, disk.system);
    await settled(write, some(10), 0);
    const chunks = [...some(blockBytes), ...some(100), ...some(blockBytes)];
    await settled(write, chunks, 10);
    expect(disk.calls.slice(1)).toEqual([
      { by: "this thread", position: 10, bytes: blockBytes - 10 },
      { by: "this thread", position: blockBytes, bytes: blockBytes },
      { by: "this thread", position: 2 * blockBytes, bytes: 110 },
    ]);
  });

  it("leaves the rest to another thread as soon as the disk is slow, and what comes in the next half minute", async () => {
    const disk = createDisk();
    const write = createDiskWriter(3, disk.system);
    await settled(write, some(blockBytes), 0);
    disk.msPerWrite = 15;
    await settled(write, some(4 * blockBytes), blockBytes);
    disk.msPerWrite = 0;
    await settled(write, some(blockBytes), 5 * blockBytes);
    disk.nowMs += 29_000;
    await settled(write, some(blockBytes), 6 * blockBytes);
    disk.nowMs += 2_000;
    await settled(write, some(blockBytes), 7 * blockBytes);
    expect(disk.calls.slice(1)).toEqual([
      { by: "this thread", position: blockBytes, bytes: blockBytes },
      { by: "this thread", position: 2 * blockBytes, bytes: blockBytes },
      { by: "another", position: 3 * blockBytes, bytes: 2 * blockBytes },
      { by: "another", position: 5 * blockBytes, bytes: blockBytes },
      { by: "another", position: 6 * blockBytes, bytes: blockBytes },
      { by: "this thread", position: 7 * blockBytes, bytes: blockBytes },
    ]);
  });

  it("waits for no disk in this thread whose first write was slow", async () => {
    const disk = createDisk();
    disk.msPerWrite = 500;
    const write = createDiskWriter(3, disk.system);
    for (const position of [0, 10, 20]) await settled(write, some(10), position);
    expect(disk.calls.map(({ by }) => by)).toEqual(["another", "another", "another"]);
  });

  it("reports what the disk refuses, whichever thread meets it", async () => {
    const disk = createDisk();
    const write = createDiskWriter(3, disk.system);
    disk.refusal = Object.assign(new Error("full"), { code: "ENOSPC" });
    expect(await settled(write, some(10), 0)).toBe(disk.refusal);
    expect(await settled(write, some(10), 0)).toBe(disk.refusal);
  });

  it("takes a disk that takes nothing for a full one, whichever thread meets it", async () => {
    const write = createDiskWriter(3, createDisk(0).system);
    expect(await settled(write, some(10), 0)).toMatchObject({ code: "ENOSPC" });
    expect(await settled(write, some(10), 0)).toMatchObject({ code: "ENOSPC" });
  });

  it("writes every byte to its place, however they are cut, few are taken, or slow the disk is", async () => {
    const cuts = fc.array(fc.nat(3_000), { maxLength: 6 });
    const writes = fc.array(fc.record({ cuts, msPerWrite: fc.constantFrom(0, 15, 60_000) }), {
      minLength: 1,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(writes, fc.integer({ min: 700, max: 70_000 }), async (all, mostBytes) => {
        const disk = createDisk(mostBytes);
        const write = createDiskWriter(3, disk.system);
        const wanted: Buffer[] = [];
        for (const { cuts, msPerWrite } of all) {
          disk.msPerWrite = msPerWrite;
          const chunks = cuts.map((bytes) => randomBytes(bytes));
          expect(await settled(write, chunks, Buffer.concat(wanted).length)).toBeNull();
          wanted.push(...chunks);
        }
        expect(Buffer.from(disk.content).equals(Buffer.concat(wanted))).toBe(true);
      }),
    );
  });
});

describe("a disk writer on a file", () => {
  it("writes one chunk or many", async ({ folder }) => {
    const path = join(folder, "file");
    const fd = fs.openSync(path, "w");
    const write = createDiskWriter(fd);
    const chunks = [70_000, 5, 200_000, 65_536].map((bytes) => randomBytes(bytes));
    let position = 0;
    for (const chunk of chunks) {
      expect(await settled(write, [chunk], position)).toBeNull();
      position += chunk.length;
    }
    expect(await settled(write, chunks, position)).toBeNull();
    fs.closeSync(fd);
    expect(fs.readFileSync(path).equals(Buffer.concat([...chunks, ...chunks]))).toBe(true);
  });

  it("reports the system's error for a read-only file", async ({ folder }) => {
    const path = join(folder, "file");
    fs.writeFileSync(path, "");
    const fd = fs.openSync(path, "r");
    const write = createDiskWriter(fd);
    expect(await settled(write, some(10), 0)).toMatchObject({ code: "EBADF" });
    expect(await settled(write, some(10), 0)).toMatchObject({ code: "EBADF" });
    fs.closeSync(fd);
  });
});
