import type { Readable } from "node:stream";
import { writeAt } from "./disk.ts";

/** Where the bytes of one body go. */
export interface Landing {
  fd: number;
  /** Position in the file of the body's first byte. */
  first: number;
  /** Position after the last byte that is wanted; it may come nearer while bytes arrive. */
  end(): number;
  /** Bytes that are gathered before each write. */
  gatherBytes: number;
  /** Called with the number of bytes of each arrival. */
  arrived(bytes: number): void;
  /** Called when a range of the file is written. */
  written(first: number, bytes: number): void;
}

/** What the disk refused, told apart from what the network did. */
export class WriteFailure extends Error {
  override readonly name = "WriteFailure";
}

/**
 * Writes a body to its place: arrivals are gathered, then written in few large pieces, with at most
 * two pieces in memory. Resolves with the position reached, when the body ends or `end()` is there;
 * the body is destroyed where it is longer. Rejects with what broke the body, after what had arrived
 * is written, or with a WriteFailure.
 */
export function land(stream: Readable, landing: Landing): Promise<number> {
  return new Promise((resolve, reject) => {
    let gathered: Buffer[] = [];
    let gatheredBytes = 0;
    let writtenTo = landing.first;
    let arrivedTo = landing.first;
    let writing = false;
    let over = false;
    let failure: unknown;

    const settle = () => {
      if (failure === undefined) resolve(writtenTo);
      else reject(failure);
    };

    const flush = () => {
      if (writing) return;
      if (gatheredBytes === 0) {
        if (over) settle();
        return;
      }
      const chunks = gathered;
      const bytes = gatheredBytes;
      gathered = [];
      gatheredBytes = 0;
      writing = true;
      writeAt(landing.fd, chunks, writtenTo, (error) => {
        writing = false;
        if (error) {
          failure = new WriteFailure(error.message, { cause: error });
          gathered = [];
          gatheredBytes = 0;
          over = true;
          stream.destroy();
        } else {
          landing.written(writtenTo, bytes);
          writtenTo += bytes;
        }
        if (over || gatheredBytes >= landing.gatherBytes) flush();
        if (!over && gatheredBytes < landing.gatherBytes && stream.isPaused()) stream.resume();
      });
    };

    const finish = (reason?: unknown) => {
      if (over) return;
      over = true;
      failure = reason;
      flush();
    };

    stream.on("data", (chunk: Buffer) => {
      if (over) return;
      const room = landing.end() - arrivedTo;
      const wanted = chunk.length > room ? chunk.subarray(0, Math.max(0, room)) : chunk;
      landing.arrived(chunk.length);
      if (wanted.length > 0) {
        gathered.push(wanted);
        gatheredBytes += wanted.length;
        arrivedTo += wanted.length;
      }
      if (wanted.length < chunk.length) {
        finish();
        stream.destroy();
        return;
      }
      if (gatheredBytes >= landing.gatherBytes) {
        if (writing) stream.pause();
        else flush();
      }
    });
    stream.on("end", () => finish());
    stream.on("error", (error) => finish(error));
    stream.on("close", () => finish(new Error("the answer broke off")));
  });
}
