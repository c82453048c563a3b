import fs from "node:fs";

/** Called once, with what the disk refused. */
export type Written = (error: Error | null) => void;

export type Write = (chunks: readonly Buffer[], position: number, done: Written) => void;

/** The system's writing, which may take fewer bytes than it was given, and a clock. */
export interface Disk {
  /** Waits in this thread; gives the number of bytes that were taken. */
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
 * Bytes of one write, which begins and ends at multiples of it. The page cache takes such blocks for
 * the least of the processor's time: smaller ones and those across its borders cost a half more, and
 * of 1 MB several times as much where the system has to look for large pieces of memory.
 */
export const blockBytes = 64 * 1024;

/** A disk that takes longer for what was gathered is waited for in another thread. */
const patienceMs = 20;

/** After it was slow, so long it is. */
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
 * Writes to `fd`. Where the disk takes the bytes at once, as a page cache does, this thread gives them:
 * to have another do it takes longer than the writing. A disk that does not must not hold up the
 * keys and the connections: then the threads of the system wait, as they do for the first write,
 * before which nothing is known of the disk.
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

  /** Gives blocks as long as the disk is quick, and returns the chunks that are left. */
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

/** What comes after the first `bytes` bytes; nothing is copied. */
export function withoutFirst(chunks: readonly Buffer[], bytes: number): Buffer[] {
  let left = bytes;
  for (const [index, chunk] of chunks.entries()) {
    if (left < chunk.length) return [chunk.subarray(left), ...chunks.slice(index + 1)];
    left -= chunk.length;
  }
  return [];
}
