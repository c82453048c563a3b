import { setMaxListeners } from "node:events";
import type { ConnectionLease, ConnectionPool } from "../transfer/connections/connection-pool.ts";
import {
  type KnownObject,
  type Piece,
  PieceRequests,
  type ReadContext,
  unknownEnd,
} from "./piece-requests.ts";
import { ReadAheadWindow } from "./window.ts";

export interface ReadingContext extends ReadContext {
  pool: ConnectionPool;
}

const mostCheckEveryMs = 1_000;
const checksPerTimeout = 5;

/** One reading of a range of an object. Requests begin as the bytes before them are read. */
export class OrderedReading {
  readonly #object: KnownObject;
  readonly #pool: ConnectionPool;
  readonly #signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #lease: ConnectionLease;
  readonly #requests: PieceRequests;
  readonly #window: ReadAheadWindow;
  /** Pieces that are not completely read, in order. */
  readonly #pieces: Piece[] = [];
  readonly #running = new Set<Promise<void>>();
  /** Position of the next byte to read. */
  #readTo: number;
  /** Position of the next byte to request. */
  #requestedTo: number;
  #end: number;
  #hasBegun = false;
  readonly #checkEveryMs: number;
  /** For how many checks in a row one request has held up everything after it. */
  #heldUpChecks = 0;
  #waiting: (() => void)[] = [];

  constructor(
    object: KnownObject,
    context: ReadingContext,
    { first, end }: { first: number; end: number },
    signal: AbortSignal,
  ) {
    this.#object = object;
    this.#pool = context.pool;
    this.#signal = signal;
    this.#checkEveryMs = Math.min(mostCheckEveryMs, context.stallTimeoutMs / checksPerTimeout);
    this.#readTo = first;
    this.#requestedTo = first;
    this.#end = Math.min(end, object.identity.bytes ?? unknownEnd);
    this.#window = new ReadAheadWindow(() => context.pool.bytesPerSecond(), this.#end - first);
    // Every request listens; above ten listeners Node warns of a leak.
    setMaxListeners(0, this.#controller.signal);
    const reader = {
      confirmed: (identity: KnownObject["identity"]) => {
        object.identity = identity;
        this.#end = Math.min(this.#end, identity.bytes ?? unknownEnd);
        this.#lease.demandChanged();
        this.#pump();
      },
      held: () => this.#wake(),
      room: (piece: Piece) => this.#roomFor(piece),
    };
    this.#requests = new PieceRequests(object, context, reader, this.#controller.signal);
    this.#lease = context.pool.lease({
      demand: () => (this.#isAlone ? 1 : this.#window.pieces),
      grew: () => this.#pump(),
    });
  }

  /** Call it once. Rejects with NeedsOneRequest or ObjectChanged too. */
  async *chunks(): AsyncGenerator<Buffer> {
    const abort = () => this.#controller.abort(this.#signal.reason);
    this.#signal.addEventListener("abort", abort, { once: true });
    const timer = setInterval(() => this.#check(), this.#checkEveryMs);
    try {
      if (!this.#signal.aborted) {
        this.#lease.demandChanged();
        this.#pump();
      }
      while (!this.#isOver) {
        this.#signal.throwIfAborted();
        const [piece] = this.#pieces;
        // The connection of the piece before is not free yet.
        if (piece === undefined) await this.#change();
        else {
          yield* this.#chunksOf(piece);
          this.#pieces.shift();
          this.#pump();
        }
      }
    } finally {
      clearInterval(timer);
      this.#signal.removeEventListener("abort", abort);
      this.#controller.abort();
      this.#wake();
      await Promise.all(this.#running);
      this.#lease.close();
    }
  }

  async *#chunksOf(piece: Piece): AsyncGenerator<Buffer> {
    for (;;) {
      const chunk = piece.held.shift();
      if (chunk !== undefined) {
        const { length } = chunk.bytes;
        yield chunk.bytes;
        this.#readTo += length;
        if (this.#window.taken(length)) this.#lease.demandChanged();
        chunk.free();
        this.#pump();
        this.#wake();
      } else if (piece.outcome === undefined) {
        this.#window.waited();
        await this.#change();
      } else if (piece.outcome === "complete") return;
      else throw piece.outcome.failure;
    }
  }

  #check(): void {
    this.#requests.endStalled(this.#pool.answerMs());
    const [first, ...others] = this.#pieces;
    const isHeldUp = others.length > 0 && others.every(({ outcome }) => outcome !== undefined);
    this.#heldUpChecks = isHeldUp ? this.#heldUpChecks + 1 : 0;
    if (first === undefined || this.#heldUpChecks < checksPerTimeout) return;
    this.#requests.endSlow(first);
    this.#heldUpChecks = 0;
  }

  /** Resolves at the next change of what has arrived or was read. */
  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  get #isOver(): boolean {
    return this.#hasBegun && this.#requestedTo >= this.#end && this.#pieces.length === 0;
  }

  /** True if no other request may run. Without a listed size the first answer has to give it. */
  get #isAlone(): boolean {
    return this.#object.isSingle || this.#object.identity.bytes === undefined;
  }

  #pump(): void {
    while (this.#mayBegin() && this.#running.size < this.#lease.capacity()) {
      const running = this.#lease.tryRun((meter) =>
        this.#requests.fetch(this.#nextPiece(), meter, this.#lease),
      );
      if (running === undefined) return;
      this.#running.add(running);
      void running.then(() => {
        this.#running.delete(running);
        this.#wake();
        this.#pump();
      });
    }
  }

  #mayBegin(): boolean {
    if (this.#controller.signal.aborted) return false;
    if (this.#pieces.some(({ outcome }) => typeof outcome === "object")) return false;
    // An empty object is requested too.
    if (this.#isAlone) return !this.#hasBegun;
    if (this.#requestedTo >= this.#end) return false;
    if (this.#pieces.length === 0) return true;
    const aheadBytes = this.#requestedTo - this.#readTo;
    return aheadBytes + this.#window.pieceBytes <= this.#window.bytes;
  }

  #nextPiece(): Piece {
    const position = this.#requestedTo;
    const pieceEnd = this.#object.isSingle ? unknownEnd : position + this.#window.pieceBytes;
    const piece: Piece = { position, end: Math.min(pieceEnd, this.#end), held: [] };
    this.#requestedTo = piece.end;
    this.#hasBegun = true;
    this.#pieces.push(piece);
    this.#wake();
    return piece;
  }

  /** Undefined if the piece may hold more than it does. */
  #roomFor(piece: Piece): Promise<void> | undefined {
    const isFull = () => piece.position - this.#readTo >= this.#window.bytes;
    if (!this.#object.isSingle || !isFull()) return undefined;
    return this.#untilRoom(isFull);
  }

  async #untilRoom(isFull: () => boolean): Promise<void> {
    while (isFull() && !this.#controller.signal.aborted) await this.#change();
  }
}
