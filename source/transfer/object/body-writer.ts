import type { Readable } from "node:stream";
import { WriteFailure } from "../../files/disk.ts";
import { blockBytes, firstOf, type Write, withoutFirst } from "../part-file/disk-writer.ts";

/** Where the bytes of one body go. */
export interface Landing {
  write: Write;
  /** So many bytes at the body's beginning are there already. */
  skip: number;
  /** Position in the file of the first byte after those. */
  first: number;
  /** Position after the last byte that is wanted; it may change while bytes arrive. */
  end(): number;
  /** Bytes that are gathered before each write. */
  gatherBytes(): number;
  /** Bytes that may gather while a write goes on. */
  aheadBytes(): number;
  /** Called with the number of bytes of each arrival, and the position reached. */
  arrived(bytes: number, position: number): void;
  /** Called with the milliseconds for which the sender was held up. */
  held(ms: number): void;
  /** Called when a range of the file is written. */
  written(first: number, end: number): void;
  /** Called with a chunk of the body when all of it is written: its memory is not needed any more. */
  letGo(chunk: Buffer): void;
}

/** Of fewer, what is no whole block is written too: a kill would cost much of what has come. */
const blocksToKeep = 4;

/**
 * Writes a body to its place: arrivals are gathered, then written in few large pieces, with no more
 * than `aheadBytes()` waiting for the disk. Resolves with the position reached, when the body ends or `end()` is there;
 * the body is destroyed where it is longer. Rejects with what broke the body, after what had arrived
 * is written, or with a WriteFailure.
 */
export function land(stream: Readable, landing: Landing): Promise<number> {
  return new Promise((resolve, reject) => {
    let { skip } = landing;
    let gathered: Buffer[] = [];
    let gatheredBytes = 0;
    /** Chunks of which something is not written yet, with the position that each reaches. */
    const unwritten: { chunk: Buffer; end: number }[] = [];
    let writtenTo = landing.first;
    let arrivedTo = landing.first;
    let writing = false;
    let heldAtMs = 0;
    let over = false;
    let failure: unknown;

    const giveUp = (error: unknown) => {
      failure = new WriteFailure("it could not be written", { cause: error });
      gathered = [];
      gatheredBytes = 0;
      over = true;
      stream.destroy();
    };

    const goOn = () => {
      writing = false;
      if (over || gatheredBytes >= landing.gatherBytes()) flush();
      if (over || !stream.isPaused()) return;
      landing.held(performance.now() - heldAtMs);
      stream.resume();
    };

    /** Left for the next write, so that this one ends with a block. */
    const keptBytes = () => {
      if (over || gatheredBytes < blocksToKeep * blockBytes) return 0;
      return (writtenTo + gatheredBytes) % blockBytes;
    };

    const flush = () => {
      if (writing) return;
      if (gatheredBytes === 0) {
        if (!over) return;
        if (failure === undefined) resolve(writtenTo);
        else reject(failure);
        return;
      }
      const bytes = gatheredBytes - keptBytes();
      const chunks = firstOf(gathered, bytes);
      const end = writtenTo + bytes;
      gathered = withoutFirst(gathered, bytes);
      gatheredBytes -= bytes;
      writing = true;
      landing.write(chunks, writtenTo, (error) => {
        if (error) giveUp(error);
        else {
          try {
            landing.written(writtenTo, end);
          } catch (thrown) {
            giveUp(thrown);
          }
          writtenTo = end;
          letGo();
        }
        goOn();
      });
    };

    const letGo = () => {
      for (let [oldest] = unwritten; oldest && oldest.end <= writtenTo; [oldest] = unwritten) {
        unwritten.shift();
        landing.letGo(oldest.chunk);
      }
    };

    const finish = (reason?: unknown) => {
      if (over) return;
      over = true;
      failure = reason;
      flush();
    };

    /** The part of a chunk that is new and wanted. */
    const wantedOf = (chunk: Buffer): Buffer => {
      const skipped = Math.min(skip, chunk.length);
      skip -= skipped;
      const missing = Math.max(0, landing.end() - arrivedTo);
      return chunk.subarray(skipped, Math.min(chunk.length, skipped + missing));
    };

    if (stream.destroyed) {
      // It broke off before anyone listened: no event tells of it any more.
      finish(stream.errored ?? new Error("the answer broke off"));
      return;
    }
    stream.on("data", (chunk: Buffer) => {
      if (over) return;
      const wanted = wantedOf(chunk);
      if (wanted.length > 0) {
        gathered.push(wanted);
        gatheredBytes += wanted.length;
        arrivedTo += wanted.length;
        unwritten.push({ chunk, end: arrivedTo });
      }
      landing.arrived(chunk.length, arrivedTo);
      if (arrivedTo >= landing.end() && wanted.length < chunk.length && skip === 0) {
        finish();
        stream.destroy();
        return;
      }
      const leastBytes = landing.gatherBytes();
      if (gatheredBytes < leastBytes) return;
      if (!writing) flush();
      else if (gatheredBytes >= landing.aheadBytes()) {
        heldAtMs = performance.now();
        stream.pause();
      }
    });
    stream.on("end", () => finish());
    stream.on("error", (error) => finish(error));
    stream.on("close", () => finish(new Error("the answer broke off")));
    stream.resume();
  });
}
