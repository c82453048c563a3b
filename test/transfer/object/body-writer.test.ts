import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { WriteFailure } from "../../../source/files/disk.ts";
import { type BodySink, writeBody } from "../../../source/transfer/object/body-writer.ts";
import { blockBytes, type Written } from "../../../source/transfer/part-file/disk-writer.ts";
import { waitUntil } from "../../support/wait-until.ts";

interface Writing {
  bytes: number;
  position: number;
  done: Written;
}

/** A body whose writes end when the test says so. */
function writing({ skip = 0, flushBlocks = 4 } = {}) {
  const stream = new PassThrough({ highWaterMark: 64 * blockBytes });
  const writings: Writing[] = [];
  const gone: number[] = [];
  const claims: { first: number; end: number }[] = [];
  const sink: BodySink = {
    write: (chunks, position, done) =>
      writings.push({ bytes: Buffer.concat(chunks).length, position, done }),
    written: (first, end) => claims.push({ first, end }),
  };
  const range = { position: skip, end: Number.MAX_SAFE_INTEGER };
  const ended = writeBody(stream, sink, range, {
    skip,
    flushSize: () => flushBlocks * blockBytes,
    maxBuffered: () => 16 * blockBytes,
    advanced: () => undefined,
    stalled: () => undefined,
    release: ({ length }) => gone.push(length),
  });
  ended.catch(() => undefined);
  return { stream, writings, gone, claims, ended, range };
}

it("ends a write with a block, and writes the rest with what comes", async () => {
  const { stream, writings, ended } = writing();
  stream.write(Buffer.alloc(4 * blockBytes + 10));
  await waitUntil(() => writings.length === 1);
  expect(writings[0]).toMatchObject({ position: 0, bytes: 4 * blockBytes });
  stream.end(Buffer.alloc(5));
  writings[0]?.done(null);
  await waitUntil(() => writings.length === 2);
  expect(writings[1]).toMatchObject({ position: 4 * blockBytes, bytes: 15 });
  writings[1]?.done(null);
  expect(await ended).toBe(4 * blockBytes + 15);
});

it("writes little at once whole, so that a kill costs little", async () => {
  const { stream, writings } = writing({ flushBlocks: 1 });
  stream.write(Buffer.alloc(blockBytes + 10));
  await waitUntil(() => writings.length === 1);
  expect(writings[0]).toMatchObject({ position: 0, bytes: blockBytes + 10 });
});

it("releases a chunk when all of it is written, and not before", async () => {
  const { stream, writings, gone, ended } = writing();
  const lengths = [3 * blockBytes, blockBytes + 10, 20];
  stream.write(Buffer.alloc(lengths[0] ?? 0));
  stream.write(Buffer.alloc(lengths[1] ?? 0));
  await waitUntil(() => writings.length === 1);
  expect(gone).toEqual([]);
  writings[0]?.done(null);
  expect(gone).toEqual([lengths[0]]);
  stream.end(Buffer.alloc(lengths[2] ?? 0));
  await waitUntil(() => writings.length === 2);
  writings[1]?.done(null);
  await ended;
  expect(gone).toEqual(lengths);
});

it("claims bytes once the disk has written them, and none that it refused", async () => {
  const { stream, writings, claims, ended } = writing();
  stream.write(Buffer.alloc(4 * blockBytes));
  await waitUntil(() => writings.length === 1);
  expect(claims).toEqual([]);
  stream.write(Buffer.alloc(4 * blockBytes));
  writings[0]?.done(null);
  const taken = [{ first: 0, end: 4 * blockBytes }];
  expect(claims).toEqual(taken);
  await waitUntil(() => writings.length === 2);
  writings[1]?.done(new Error("full"));
  await expect(ended).rejects.toBeInstanceOf(WriteFailure);
  expect(claims).toEqual(taken);
});

it("releases nothing that the disk refused", async () => {
  const { stream, writings, gone, ended } = writing();
  stream.write(Buffer.alloc(4 * blockBytes));
  await waitUntil(() => writings.length === 1);
  writings[0]?.done(new Error("full"));
  await expect(ended).rejects.toBeInstanceOf(WriteFailure);
  expect(gone).toEqual([]);
});

it("continues behind a part that exists", async () => {
  const { stream, writings, gone, ended } = writing({ skip: 5 });
  stream.end(Buffer.alloc(15));
  await waitUntil(() => writings.length === 1);
  expect(writings[0]).toMatchObject({ position: 5, bytes: 10 });
  writings[0]?.done(null);
  expect(await ended).toBe(15);
  expect(gone).toEqual([15]);
});

it("advances its range with what arrives, and ends where that ends meanwhile", async () => {
  const { stream, writings, ended, range } = writing({ flushBlocks: 1 });
  stream.write(Buffer.alloc(blockBytes));
  await waitUntil(() => range.position === blockBytes);
  range.end = 2 * blockBytes;
  stream.write(Buffer.alloc(3 * blockBytes));
  writings[0]?.done(null);
  await waitUntil(() => writings.length === 2);
  writings[1]?.done(null);
  expect(await ended).toBe(2 * blockBytes);
  expect(stream.destroyed).toBe(true);
});
