import type { Readable } from "node:stream";
import { WriteFailure } from "../../files/disk.ts";
import { blockBytes, firstOf, type Write, withoutFirst } from "../part-file/disk-writer.ts";

export interface BodySink {
  write: Write;
  written(first: number, end: number): void;
}

/** The bytes of the file that a body should provide. */
export interface BodyRange {
  /** Position of the next byte; it advances with each chunk. */
  position: number;
  /** Position after the last wanted byte; it may change while bytes arrive. */
  end: number;
}

export interface BodyFlow {
  /** Bytes at the start of the body that exist already. */
  skip: number;
  /** Bytes to buffer before each write. */
  flushSize(): number;
  /** Bytes that may be buffered during a write. */
  maxBuffered(): number;
  advanced(): void;
  /** Called with the milliseconds for which the sender was paused. */
  stalled(ms: number): void;
  /** Frees the memory of a chunk that is completely written. */
  release(chunk: Buffer): void;
}

/** Below this many blocks the partial last block is written too; holding it back would lose too much in a crash. */
const blocksToHoldBack = 4;

/**
 * Buffers chunks and writes them in few large pieces. Resolves with the position reached at the end of the
 * body or range; a longer body is destroyed. Rejects with a WriteFailure, or with the error of the body after
 * writing the bytes that arrived.
 */
export function writeBody(
  stream: Readable,
  sink: BodySink,
  range: BodyRange,
  flow: BodyFlow,
): Promise<number> {
  return new Promise((resolve, reject) => {
    let { skip } = flow;
    let buffered: Buffer[] = [];
    let bufferedBytes = 0;
    /** Chunks not completely written, with the position after each. */
    const unwritten: { chunk: Buffer; end: number }[] = [];
    let writtenTo = range.position;
    let isWriting = false;
    let pausedAtMs = 0;
    let isOver = false;
    let failure: unknown;

    const giveUp = (error: unknown) => {
      failure = new WriteFailure("it could not be written", { cause: error });
      buffered = [];
      bufferedBytes = 0;
      isOver = true;
      stream.destroy();
    };

    const afterWrite = () => {
      isWriting = false;
      if (isOver || bufferedBytes >= flow.flushSize()) flush();
      if (isOver || !stream.isPaused()) return;
      flow.stalled(performance.now() - pausedAtMs);
      stream.resume();
    };

    /** Bytes left for the next write, so that this one ends at a block boundary. */
    const heldBackBytes = () => {
      if (isOver || bufferedBytes < blocksToHoldBack * blockBytes) return 0;
      return (writtenTo + bufferedBytes) % blockBytes;
    };

    const flush = () => {
      if (isWriting) return;
      if (bufferedBytes === 0) {
        if (!isOver) return;
        if (failure === undefined) resolve(writtenTo);
        else reject(failure);
        return;
      }
      const bytes = bufferedBytes - heldBackBytes();
      const chunks = firstOf(buffered, bytes);
      const end = writtenTo + bytes;
      buffered = withoutFirst(buffered, bytes);
      bufferedBytes -= bytes;
      isWriting = true;
      sink.write(chunks, writtenTo, (error) => {
        if (error) giveUp(error);
        else {
          try {
            sink.written(writtenTo, end);
          } catch (thrown) {
            giveUp(thrown);
          }
          writtenTo = end;
          release();
        }
        afterWrite();
      });
    };

    const release = () => {
      for (let [oldest] = unwritten; oldest && oldest.end <= writtenTo; [oldest] = unwritten) {
        unwritten.shift();
        flow.release(oldest.chunk);
      }
    };

    const finish = (reason?: unknown) => {
      if (isOver) return;
      isOver = true;
      failure = reason;
      flush();
    };

    const wantedOf = (chunk: Buffer): Buffer => {
      const skipped = Math.min(skip, chunk.length);
      skip -= skipped;
      const missing = Math.max(0, range.end - range.position);
      return chunk.subarray(skipped, Math.min(chunk.length, skipped + missing));
    };

    if (stream.destroyed) {
      // It failed before the listeners were attached, so no event will follow.
      finish(stream.errored ?? new Error("the answer ended early"));
      return;
    }
    stream.on("data", (chunk: Buffer) => {
      if (isOver) return;
      const wanted = wantedOf(chunk);
      if (wanted.length > 0) {
        buffered.push(wanted);
        bufferedBytes += wanted.length;
        range.position += wanted.length;
        unwritten.push({ chunk, end: range.position });
      }
      flow.advanced();
      if (range.position >= range.end && wanted.length < chunk.length && skip === 0) {
        finish();
        stream.destroy();
        return;
      }
      if (bufferedBytes < flow.flushSize()) return;
      if (!isWriting) flush();
      else if (bufferedBytes >= flow.maxBuffered()) {
        pausedAtMs = performance.now();
        stream.pause();
      }
    });
    stream.on("end", () => finish());
    stream.on("error", (error) => finish(error));
    stream.on("close", () => finish(new Error("the answer ended early")));
    stream.resume();
  });
}
