import { AppError } from "../base/errors.ts";
import { systemClock } from "../base/waiting.ts";
import {
  createAddress,
  type Identity,
  type OpenObject,
  readObject,
  StallTimeout,
} from "../objects/read-object.ts";
import {
  absentError,
  brokenError,
  ObjectChanged,
  type ReadWords,
  RecoveryPolicy,
  remedyFor,
  withRecovery,
} from "../objects/recovery.ts";
import type { PreviewContext, PreviewFile } from "./preview.ts";

/** A user waits for the preview, so it gives up sooner than a download. */
function previewRecovery(random: () => number, firstDelayMs = 500): RecoveryPolicy {
  const longestDelayMs = 5_000;
  const limits = {
    lastFailure: { "refresh-address": 2, "wait-for-object": 1, throttle: 4, retry: 4 },
    delays: { firstDelayMs, longestDelayMs },
    longestRetryAfterMs: longestDelayMs,
  };
  return new RecoveryPolicy(limits, random);
}

export interface RangeReader {
  /**
   * Reads `bytes` bytes from `first`, fewer only at the end of the object. Without range support it reads
   * from the beginning and stops at the end of the piece. Rejects with an AppError or an AbortError.
   */
  read(first: number, bytes: number): Promise<Buffer>;
  bytesFetched(): number;
  objectBytes(): number | undefined;
  /** True if the server sends the whole object whatever range is requested. */
  ignoresRanges(): boolean;
}

export function createRangeReader(
  { fileId, name, received }: PreviewFile,
  { source, stallTimeoutMs, retryDelayMs }: PreviewContext,
  signal: AbortSignal,
): RangeReader {
  const words: ReadWords = {
    name,
    tried: `Reading the beginning of ${name}`,
    advice: "Check the network, then try again.",
  };
  const address = createAddress(source, fileId, signal);
  const policy = previewRecovery(systemClock.random, retryDelayMs);
  let known: Identity = { kind: "listed" };
  /** The end of a body without an announced length. */
  let endBytes: number | undefined;
  let bytesFetched = 0;
  let ignoresRanges = false;

  const objectBytes = () => known.bytes ?? endBytes;

  /** Sends one GET for `[first, end)`; `arrived` gets the bytes even if it fails. */
  function fetchPiece(first: number, end: number, arrived: (piece: Buffer) => void): Promise<void> {
    const read = {
      source,
      address,
      words,
      known: () => known,
      stall: new StallTimeout(stallTimeoutMs, signal),
      range: { first, last: end - 1 },
      received(bytes: number) {
        bytesFetched += bytes;
        received?.();
      },
    };
    return readObject(read, (object) => takePiece(object, first, end, arrived));
  }

  async function takePiece(
    object: OpenObject,
    first: number,
    end: number,
    arrived: (piece: Buffer) => void,
  ): Promise<void> {
    known = object.identity;
    ignoresRanges = object.status === 200;
    let at = object.first;
    for await (const chunk of object.stream) {
      if (!Buffer.isBuffer(chunk)) continue;
      const wanted = chunk.subarray(Math.max(0, first - at), Math.max(0, end - at));
      if (wanted.length > 0) arrived(wanted);
      at += chunk.length;
      // The end of a complete object may be gigabytes away.
      if (ignoresRanges && at >= end) return;
    }
    if (at < Math.min(end, objectBytes() ?? 0))
      throw brokenError(words, "the connection closed early");
    if (at < end) endBytes ??= at;
  }

  function readError(thrown: unknown): unknown {
    if (thrown instanceof ObjectChanged) return changedError(words);
    if (!(thrown instanceof AppError)) return thrown;
    if (thrown.status === 412) return changedError(words, thrown);
    return remedyFor(thrown) === "wait-for-object" ? absentError(name, thrown) : thrown;
  }

  return {
    bytesFetched: () => bytesFetched,
    objectBytes,
    ignoresRanges: () => ignoresRanges,
    async read(first, bytes) {
      const pieces: Buffer[] = [];
      let at = first;
      const arrived = (piece: Buffer) => {
        pieces.push(piece);
        at += piece.length;
      };
      try {
        await withRecovery({ fileId, policy, clock: systemClock, signal }, async () => {
          signal.throwIfAborted();
          const end = Math.min(first + bytes, objectBytes() ?? Number.POSITIVE_INFINITY);
          if (at < end) await fetchPiece(at, end, arrived);
        });
      } catch (thrown) {
        const isPastEnd = thrown instanceof AppError && thrown.status === 416;
        if (!isPastEnd) throw readError(thrown);
        endBytes ??= at;
      }
      return Buffer.concat(pieces);
    },
  };
}

/** A reader that does not fetch again what begins in `head`, the beginning of the object. */
export function withHead(reader: RangeReader, head: Buffer): RangeReader {
  return {
    ...reader,
    async read(first, bytes) {
      const known = head.subarray(first, first + bytes);
      const end = Math.min(first + bytes, reader.objectBytes() ?? Number.POSITIVE_INFINITY);
      const at = first + known.length;
      if (at >= end) return known;
      const rest = await reader.read(at, end - at);
      return known.length === 0 ? rest : Buffer.concat([known, rest]);
    },
  };
}

function changedError({ tried }: ReadWords, cause?: AppError): AppError {
  return new AppError({
    kind: "service",
    tried,
    answered: "the file changed while it was read",
    advice: "Preview it again.",
    requestId: cause?.requestId,
    cause,
  });
}
