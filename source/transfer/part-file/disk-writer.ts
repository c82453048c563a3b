import fs from "node:fs";

/** Called once, with the disk's error. */
export type Written = (error: Error | null) => void;

export type Write = (chunks: readonly Buffer[], position: number, done: Written) => void;

/** The system's write calls, which may write fewer bytes than requested, and a clock. */
export interface Disk {
  /** Blocks this thread; returns the number of bytes written. */
  writeNow(fd: number, chunks: readonly Buffer[], position: number): number;
  /** The same, but another thread waits. */
  writeLater(
    fd: number,
    chunks: readonly Buffer[],
    position: number,
    done: (error: Error | null, bytes: number) => void,
  ): void;
  nowMs(): number;
}

/**
 * Bytes of one write, which starts and ends at multiples of this size. Such blocks cost the page cache the
 * least CPU time: smaller and unaligned ones cost half as much again, and blocks of 1 MB several times as
 * much if the system must find large pieces of memory.
 */
export const blockBytes = 64 * 1024;

/** If the disk takes longer for the buffered bytes, another thread waits for it. */
const patienceMs = 20;

/** How long a disk is treated as slow after one slow write. */
const restMs = 30_000;

const systemDisk: Disk = {
  writeNow(fd, chunks, position) {
    const [only] = chunks;
    if (only !== undefined && chunks.length === 1) {
      return fs.writeSync(fd, only, 0, only.length, position);
    }
    return fs.writevSync(fd, chunks, position);
  },
  writeLater: (fd, chunks, position, done) => fs.writev(fd, chunks, position, done),
  nowMs: () => performance.now(),
};

/**
 * Writes to `fd`. While the disk accepts bytes at once, as a page cache does, this thread writes them,
 * because handing them to another takes longer than the write. A slow disk must not delay keys and
 * connections, so then another thread waits, as for the first write, when the speed of the disk is unknown.
 */
export function createDiskWriter(fd: number, disk: Disk = systemDisk): Write {
  /** From then on this thread may wait; undefined before the first write. */
  let quickFromMs: number | undefined;

  const isQuick = () => quickFromMs !== undefined && disk.nowMs() >= quickFromMs;

  /** Something has taken since `beganAtMs`. */
  const learn = (beganAtMs: number) => {
    const nowMs = disk.nowMs();
    quickFromMs = nowMs - beganAtMs > patienceMs ? nowMs + restMs : nowMs;
  };

  const writeLater: Write = (chunks, position, done) => {
    const beganAtMs = disk.nowMs();
    disk.writeLater(fd, chunks, position, (error, bytes) => {
      if (quickFromMs === undefined) learn(beganAtMs);
      if (error) return done(error);
      const rest = withoutFirst(chunks, bytes);
      if (rest.length === 0) return done(null);
      if (bytes === 0) return done(nothingTaken());
      writeLater(rest, position + bytes, done);
    });
  };

  /** Writes blocks while the disk is fast, and returns the remaining chunks. */
  const writeNow = (chunks: readonly Buffer[], position: number): readonly Buffer[] => {
    const beganAtMs = disk.nowMs();
    let left = chunks;
    for (let at = position; left.length > 0; ) {
      const bytes = disk.writeNow(fd, firstOf(left, blockBytes - (at % blockBytes)), at);
      left = withoutFirst(left, bytes);
      if (bytes === 0 && left.length > 0) throw nothingTaken();
      at += bytes;
      learn(beganAtMs);
      if (!isQuick()) break;
    }
    return left;
  };

  return (chunks, position, done) => {
    if (!isQuick()) return writeLater(chunks, position, done);
    let left: readonly Buffer[];
    try {
      left = writeNow(chunks, position);
    } catch (thrown) {
      return done(thrown instanceof Error ? thrown : new Error(String(thrown)));
    }
    if (left.length === 0) return done(null);
    writeLater(left, position + bytesOf(chunks) - bytesOf(left), done);
  };
}

function nothingTaken(): Error {
  return Object.assign(new Error("nothing could be written"), { code: "ENOSPC" });
}

function bytesOf(chunks: readonly Buffer[]): number {
  return chunks.reduce((sum, { length }) => sum + length, 0);
}

/** The first `bytes` bytes, or all if there are fewer; nothing is copied. */
export function firstOf(chunks: readonly Buffer[], bytes: number): Buffer[] {
  const first: Buffer[] = [];
  let left = bytes;
  for (const chunk of chunks) {
    if (left <= 0) break;
    const part = chunk.length > left ? chunk.subarray(0, left) : chunk;
    first.push(part);
    left -= part.length;
  }
  return first;
}

/** The bytes after the first `bytes` bytes; nothing is copied. */
export function withoutFirst(chunks: readonly Buffer[], bytes: number): Buffer[] {
  let left = bytes;
  for (const [index, chunk] of chunks.entries()) {
    if (left < chunk.length) return [chunk.subarray(left), ...chunks.slice(index + 1)];
    left -= chunk.length;
  }
  return [];
}
