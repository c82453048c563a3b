import { setTimeout as wait } from "node:timers/promises";
import { backoffMs } from "../base/backoff.ts";
import { AppError, isAbort } from "../base/errors.ts";
import type { Secret } from "../base/secret.ts";
import { createAddress } from "../objects/address.ts";
import { absentError, remedyFor } from "../objects/recovery.ts";
import { type ObjectBody, onlyIf } from "../objects/source.ts";
import { createWatchdog, type Watchdog } from "../objects/stall-timeout.ts";
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

/** What is known of the object that pieces are read from. */
export interface KnownObject {
  /** What errors say was tried. */
  tried: string;
  etag: string | undefined;
  objectBytes: number | undefined;
  bytesFetched: number;
  ignoresRanges: boolean;
}

export interface Piece {
  first: number;
  bytes: number;
  /** Takes what comes, in its order. */
  arrived(bytes: Buffer): void;
}

/**
 * One GET for one piece; what came was handed to `arrived`, also where it fails. Rejects with an AppError,
 * or with an AbortError when the signal aborts.
 */
export async function fetchPiece(
  known: KnownObject,
  piece: Piece,
  url: Secret,
  { source, stallTimeoutMs }: PreviewContext,
  signal: AbortSignal,
): Promise<void> {
  const watchdog = createWatchdog(stallTimeoutMs, signal);
  try {
    const body = await source.open({
      url,
      range: { first: piece.first, last: piece.first + piece.bytes - 1 },
      ...onlyIf(known.etag),
      signal: watchdog.signal,
    });
    try {
      accept(known, piece, body);
      await land(known, piece, body, watchdog);
    } finally {
      body.stream.on("error", () => undefined).destroy();
    }
  } catch (thrown) {
    if (watchdog.barked()) {
      throw broken(known, `nothing arrived for ${Math.round(stallTimeoutMs / 1_000)} seconds`);
    }
    if (thrown instanceof AppError || isAbort(thrown) || signal.aborted) throw thrown;
    throw broken(known, thrown instanceof Error ? thrown.message : String(thrown), thrown);
  } finally {
    watchdog.leave();
  }
}

function accept(known: KnownObject, { first }: Piece, body: ObjectBody): void {
  known.ignoresRanges = body.status === 200;
  if (body.status === 206 && body.first !== first) {
    throw broken(known, "the object store sent another part than was asked for");
  }
  if (known.etag !== undefined && body.etag !== known.etag) throw changedError(known);
  known.etag = body.etag;
  known.objectBytes = body.objectBytes ?? known.objectBytes;
}

async function land(
  known: KnownObject,
  { arrived, bytes, first }: Piece,
  body: ObjectBody,
  watchdog: Watchdog,
): Promise<void> {
  const end = first + bytes;
  let at = body.first;
  for await (const chunk of body.stream) {
    if (!Buffer.isBuffer(chunk)) continue;
    watchdog.heard();
    known.bytesFetched += chunk.length;
    const wanted = chunk.subarray(Math.max(0, first - at), Math.max(0, end - at));
    if (wanted.length > 0) arrived(wanted);
    at += chunk.length;
    // The end of a whole object may be gigabytes away.
    if (known.ignoresRanges && at >= end) return;
  }
  if (at < Math.min(end, known.objectBytes ?? 0)) throw broken(known, "the answer broke off");
  if (at < end) known.objectBytes ??= at;
}

function broken({ tried }: KnownObject, answered: string, cause?: unknown): AppError {
  const advice = "Check the network, then try again.";
  return new AppError({ kind: "service", tried, answered, advice, reason: "network", cause });
}

/** The object is another one than the pieces before are of. */
export function changedError({ tried }: KnownObject, cause?: AppError): AppError {
  return new AppError({
    kind: "service",
    tried,
    answered: "the file was changed meanwhile",
    advice: "Begin the preview again.",
    ...(cause?.requestId === undefined ? {} : { requestId: cause.requestId }),
    cause,
  });
}
