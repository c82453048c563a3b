import { AppError } from "../base/errors.ts";
import type { Clock } from "../base/waiting.ts";
import {
  type Address,
  type ConfirmedIdentity,
  type Identity,
  type OpenObject,
  readObject,
  StallTimeout,
  stallPatienceMs,
} from "../objects/read-object.ts";
import {
  absentError,
  brokenError,
  corruptError,
  downloadRecovery,
  fetchingWords,
  ObjectChanged,
  type RecoveryPolicy,
  remedyFor,
  sizeError,
  withRecovery,
} from "../objects/recovery.ts";
import type { ByteRange, ObjectSource } from "../objects/source.ts";
import type { ConnectionLease, ConnectionMeter } from "../transfer/connections/connection-pool.ts";
import type { TransferFile } from "../transfer/engine.ts";
import { takeChunks } from "./take-chunks.ts";

export interface ReadContext {
  source: ObjectSource;
  stallTimeoutMs: number;
  /** The first delay for a missing object. */
  retryDelayMs: number;
  clock: Clock;
}

/** What is known of the object, for all requests that read it. */
export interface KnownObject {
  file: TransferFile;
  address: Address;
  identity: Identity;
  /** True if one request must fetch everything. */
  isSingle: boolean;
}

/** The end of an object of unknown size. */
export const unknownEnd = Number.MAX_SAFE_INTEGER;

/** The server sends the whole object whatever range is requested, or does not report its size. */
export class NeedsOneRequest extends Error {
  override readonly name = "NeedsOneRequest";
}

interface HeldChunk {
  bytes: Buffer;
  free(): void;
}

/** A range of the object that one request fetches, or several in turn after failures. */
export interface Piece {
  /** Position of the next byte to arrive. */
  position: number;
  end: number;
  /** Bytes that have arrived and are not read yet, in order. */
  held: HeldChunk[];
  /** Set when its requests have ended. */
  outcome?: "complete" | { failure: unknown };
}

export interface PieceReader {
  /** The first answer gave the identity of the object. */
  confirmed(identity: ConfirmedIdentity): void;
  held(): void;
  /** Undefined if more may be held; otherwise resolves when it may. */
  room(piece: Piece): Promise<void> | undefined;
}

/** The requests for pieces of one object. */
export class PieceRequests {
  readonly #object: KnownObject;
  readonly #context: ReadContext;
  readonly #policy: RecoveryPolicy;
  readonly #reader: PieceReader;
  readonly #signal: AbortSignal;
  readonly #stalls = new Map<Piece, StallTimeout>();
  #receivedAtMs = 0;

  constructor(object: KnownObject, context: ReadContext, reader: PieceReader, signal: AbortSignal) {
    this.#object = object;
    this.#context = context;
    this.#policy = downloadRecovery({ ...context, retriesUntilStopped: false });
    this.#reader = reader;
    this.#signal = signal;
  }

  /** Fetches a piece and sets its outcome; never rejects. */
  async fetch(piece: Piece, meter: ConnectionMeter, lease: ConnectionLease): Promise<void> {
    const { clock } = this.#context;
    const { fileId, name } = this.#object.file;
    let positionBefore: number | undefined;
    const recovery = {
      fileId,
      policy: this.#policy,
      clock,
      signal: this.#signal,
      madeProgress: () => piece.position > (positionBefore ?? 0),
      throttle: () => lease.backOff(),
    };
    try {
      await withRecovery(recovery, async () => {
        // The connection may fail after the last byte.
        if (positionBefore !== undefined && piece.position >= piece.end) return;
        positionBefore = piece.position;
        await this.#request(piece, meter);
      });
      piece.outcome = "complete";
    } catch (thrown) {
      const isAbsent = thrown instanceof AppError && remedyFor(thrown) === "wait-for-object";
      piece.outcome = { failure: isAbsent ? absentError(name, thrown) : thrown };
    }
  }

  /** Ends requests that are silent while others receive bytes, so that they are sent again. */
  endStalled(answerMs: number): void {
    const patienceMs = stallPatienceMs(answerMs);
    const nowMs = performance.now();
    for (const stall of this.#stalls.values()) {
      const isBehind = this.#receivedAtMs > nowMs - stall.silentMs;
      if (isBehind && stall.silentMs > Math.min(patienceMs, stall.timeoutMs)) stall.expire();
    }
  }

  /** Ends the request of a piece, so that the rest is requested again, perhaps on a faster connection. */
  endSlow(piece: Piece): void {
    this.#stalls.get(piece)?.expire();
  }

  async #request(piece: Piece, meter: ConnectionMeter): Promise<void> {
    const { source, stallTimeoutMs } = this.#context;
    const { address, file } = this.#object;
    const stall = new StallTimeout(stallTimeoutMs, this.#signal);
    const range = this.#rangeOf(piece);
    const read = {
      source,
      address,
      words: fetchingWords(file.name),
      stall,
      range,
      known: () => this.#object.identity,
      received: (bytes: number) => {
        this.#receivedAtMs = performance.now();
        meter.received(bytes);
      },
    };
    this.#stalls.set(piece, stall);
    try {
      const isAccepted = await readObject(read, async (object) => {
        meter.answered(object.answerMs);
        if (!this.#accepts(piece, object, range)) return false;
        await this.#receive(piece, object, stall);
        return true;
      });
      if (!isAccepted) throw new NeedsOneRequest();
    } catch (thrown) {
      if (!(thrown instanceof AppError) || remedyFor(thrown) !== "restart") throw thrown;
      this.#restart(piece, range);
    } finally {
      this.#stalls.delete(piece);
    }
  }

  /** Requests a complete object without a range, which every server supports. */
  #rangeOf({ end, position: first }: Piece): ByteRange | undefined {
    const { identity, isSingle } = this.#object;
    if (first === 0 && (isSingle || end === identity.bytes)) return undefined;
    return isSingle ? { first } : { first, last: end - 1 };
  }

  /** False if only one request for everything helps. */
  #accepts(piece: Piece, { identity, status }: OpenObject, range: ByteRange | undefined): boolean {
    const { isSingle } = this.#object;
    const { bytes = unknownEnd } = identity;
    const isEverything = status === 200 && range !== undefined && bytes > piece.end;
    if (!isSingle && (isEverything || bytes === unknownEnd)) return false;
    piece.end = Math.min(piece.end, bytes);
    if (this.#object.identity.kind === "listed") this.#reader.confirmed(identity);
    return true;
  }

  async #receive(piece: Piece, object: OpenObject, stall: StallTimeout): Promise<void> {
    let at = object.first;
    await takeChunks(object.stream, (chunk) => {
      const bytes = chunk.subarray(Math.max(0, piece.position - at), piece.end - at);
      at += chunk.length;
      if (bytes.length === 0) object.release(chunk);
      else {
        piece.held.push({ bytes, free: () => object.release(chunk) });
        piece.position += bytes.length;
        this.#reader.held();
      }
      if (at > piece.end) return false;
      const room = this.#reader.room(piece);
      return room === undefined || whileAlive(room, stall);
    });
    this.#checkEnd(piece, object, at);
  }

  #checkEnd(piece: Piece, { isChunked, status }: OpenObject, reached: number): void {
    const { file, identity } = this.#object;
    const { bytes: listedBytes, name } = file;
    if (status === 200 && identity.bytes !== undefined && reached > identity.bytes) {
      // Without an announced length only the extra bytes reveal a changed object.
      if (listedBytes === undefined) throw new ObjectChanged();
      throw corruptError(name, `it has more than the ${listedBytes} bytes that the service lists`);
    }
    if (piece.end === unknownEnd) piece.end = piece.position;
    const missing = piece.end - piece.position;
    if (missing <= 0) return;
    if (isChunked && listedBytes !== undefined) throw sizeError(name, reached, listedBytes);
    throw brokenError(fetchingWords(name), `${missing} bytes of the answer are missing`);
  }

  /** The object has changed, unless it is empty or has ended, neither of which has a range. */
  #restart(piece: Piece, range: ByteRange | undefined): void {
    const { identity, isSingle } = this.#object;
    if (range !== undefined && identity.kind === "listed") throw new NeedsOneRequest();
    if (!isSingle || piece.end !== unknownEnd) throw new ObjectChanged();
    piece.end = piece.position;
  }
}

/** True once there is room. The pause is no silence of the store. */
async function whileAlive(room: Promise<void>, stall: StallTimeout): Promise<true> {
  const timer = setInterval(() => stall.touch(), stall.timeoutMs / 4);
  try {
    await room;
    return true;
  } finally {
    clearInterval(timer);
    stall.touch();
  }
}
