import { setTimeout as wait } from "node:timers/promises";
import { backoffMs } from "../base/backoff.ts";
import { AppError } from "../base/errors.ts";
import type { Secret } from "../base/secret.ts";
import { createAddress } from "../objects/address.ts";
import { absentError, remedyFor } from "../objects/recovery.ts";
import { changedError, fetchPiece, type KnownObject } from "./fetch-piece.ts";
import type { PreviewContext, PreviewFile } from "./preview.ts";

/** How often one piece is asked for at most. */
const mostTries = 4;
const firstDelayMs = 500;
const longestDelayMs = 5_000;

/** Reads pieces of one remote object. */
export interface RangeReader {
  /**
   * The bytes from `first` on, `bytes` of them; fewer only at the object's end. A server that ignores
   * ranges is read from the object's beginning, and left where the piece ends. Rejects with an AppError
   * or an AbortError.
   */
  read(first: number, bytes: number): Promise<Buffer>;
  /** Body bytes received so far. */
  bytesFetched(): number;
  /** Size of the object, once known. */
  objectBytes(): number | undefined;
  /** The server sends everything, whatever is asked for. */
  ignoresRanges(): boolean;
}

export function createRangeReader(
  { fileId, name }: PreviewFile,
  context: PreviewContext,
  signal: AbortSignal,
): RangeReader {
  const backoff = { firstDelayMs: context.retryDelayMs ?? firstDelayMs, longestDelayMs };
  const address = createAddress(context.source, fileId, signal);
  const known: KnownObject = {
    tried: `Reading the beginning of ${name}`,
    etag: undefined,
    objectBytes: undefined,
    bytesFetched: 0,
    ignoresRanges: false,
  };

  /** Waits until another try makes sense; throws where none does. */
  async function recover(thrown: unknown, url: Secret | undefined, attempt: number): Promise<void> {
    if (!(thrown instanceof AppError)) throw thrown;
    const remedy = remedyFor(thrown);
    if (remedy === "wait") throw absentError(name, thrown);
    if (thrown.status === 412) throw changedError(known, thrown);
    if (remedy === "fresh-address" && url !== undefined) address.refused(url);
    // An address that was made a moment ago and is refused too will not get better.
    if (remedy === "fresh-address" && attempt < 2) return;
    const mayPass = remedy === "slower" || remedy === "again";
    const delayMs = backoffMs(attempt, backoff, Math.random(), thrown.retryAfterMs);
    if (!mayPass || attempt >= mostTries || delayMs > longestDelayMs) throw thrown;
    await wait(delayMs, undefined, { signal });
  }

  return {
    bytesFetched: () => known.bytesFetched,
    objectBytes: () => known.objectBytes,
    ignoresRanges: () => known.ignoresRanges,
    async read(first, bytes) {
      const pieces: Buffer[] = [];
      let gathered = 0;
      const arrived = (piece: Buffer) => {
        pieces.push(piece);
        gathered += piece.length;
      };
      for (let attempt = 1; ; attempt += 1) {
        signal.throwIfAborted();
        const wanted = Math.min(bytes, (known.objectBytes ?? Number.POSITIVE_INFINITY) - first);
        if (gathered >= wanted) break;
        const piece = { first: first + gathered, bytes: wanted - gathered, arrived };
        let url: Secret | undefined;
        try {
          url = await address.get();
          await fetchPiece(known, piece, url, context, signal);
          break;
        } catch (thrown) {
          // Past the end, as everything is in an empty object.
          if (thrown instanceof AppError && thrown.status === 416) {
            known.objectBytes ??= first + gathered;
            break;
          }
          await recover(thrown, url, attempt);
        }
      }
      return Buffer.concat(pieces);
    },
  };
}
