import { AppError } from "../base/errors.ts";
import { createAddress } from "../objects/read-object.ts";
import { ObjectChanged } from "../objects/recovery.ts";
import type { TransferFile } from "../transfer/engine.ts";
import { OrderedReading, type ReadingContext } from "./ordered-reading.ts";
import { type KnownObject, NeedsOneRequest, unknownEnd } from "./piece-requests.ts";

/** How often reading may start, the first time included, if the object changes before its first byte. */
const mostBeginnings = 3;

/** The object of a file, whose bytes are read in order over as many connections as help. */
export class OrderedObject {
  readonly #object: KnownObject;
  readonly #context: ReadingContext;
  readonly #signal: AbortSignal;

  constructor(file: TransferFile, context: ReadingContext, signal: AbortSignal) {
    this.#context = context;
    this.#signal = signal;
    this.#object = {
      file,
      address: createAddress(context.source, file.fileId, signal),
      identity: { kind: "listed", bytes: file.bytes },
      // An empty object has no ranges.
      isSingle: file.bytes === 0,
    };
  }

  /** Undefined if neither the service nor the store reports it. */
  get bytes(): number | undefined {
    return this.#object.identity.bytes;
  }

  /** True if parts of the object can be requested. */
  get hasRanges(): boolean {
    return !this.#object.isSingle;
  }

  /**
   * Yields the bytes from `first` to before `end` in order; a chunk is valid until the next is requested. A
   * request that fails is repeated for the missing bytes. Holds at most 64 MB. Rejects with an AppError, or
   * with an AbortError when the signal aborts.
   */
  async *read(first = 0, end = unknownEnd): AsyncGenerator<Buffer> {
    let position = first;
    for (let beginning = 1; ; ) {
      const range = { first: position, end };
      const reading = new OrderedReading(this.#object, this.#context, range, this.#signal);
      try {
        for await (const chunk of reading.chunks()) {
          yield chunk;
          position += chunk.length;
        }
        return;
      } catch (thrown) {
        if (thrown instanceof NeedsOneRequest) this.#object.isSingle = true;
        else if (thrown instanceof ObjectChanged) {
          beginning += 1;
          this.#startAgain(position > 0 || beginning > mostBeginnings);
        } else throw thrown;
      }
    }
  }

  #startAgain(isTooLate: boolean): void {
    const { file } = this.#object;
    if (isTooLate) throw changedError(file.name);
    this.#object.identity = { kind: "listed", bytes: file.bytes };
  }
}

function changedError(name: string): AppError {
  return new AppError({
    kind: "integrity",
    tried: `Reading ${name}`,
    answered: "it changed in the object store while it was read",
    advice: "Try again.",
    reason: "damaged",
  });
}
