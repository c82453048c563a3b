import type { Readable } from "node:stream";
import { AppError, isAbort } from "../base/errors.ts";
import type { Secret } from "../base/secret.ts";
import { unlessAborted } from "../base/waiting.ts";
import { brokenError, ObjectChanged, type ReadWords, sizeError, stalledError } from "./recovery.ts";
import type { ByteRange, ObjectBody, ObjectSource } from "./source.ts";

/** One GET of an object. */
export interface ObjectRead {
  source: Pick<ObjectSource, "open">;
  address: Address;
  words: ReadWords;
  /** Watches only this request, from the moment its address is known. */
  stall: StallTimeout;
  range?: ByteRange | undefined;
  /** The identity known when an answer arrives. */
  known?(): Identity;
  received?(bytes: number): void;
}

/** An answer that matches the known object; its body is not read yet. */
export interface OpenObject extends Pick<ObjectBody, "first" | "isChunked" | "release" | "status"> {
  identity: ConfirmedIdentity;
  stream: Readable;
  /** Milliseconds from the request to the start of its answer. */
  answerMs: number;
  receivedBytes(): number;
}

/**
 * Sends one GET, lets `consume` read the body, and closes it. Rejects with an AppError, ObjectChanged,
 * or an AbortError when the run ends; errors of `consume` are converted to these.
 */
export async function readObject<Result>(
  read: ObjectRead,
  consume: (object: OpenObject) => Promise<Result>,
): Promise<Result> {
  const { address, stall } = read;
  let url: Secret | undefined;
  let body: ObjectBody | undefined;
  try {
    url = await unlessAborted(address.get(), stall.signal);
    stall.touch();
    let requestedAtMs = performance.now();
    body = await send(read, url, (isHeld) => {
      stall.hold(isHeld);
      if (!isHeld) requestedAtMs = performance.now();
    });
    return await consume(openObject(read, body, performance.now() - requestedAtMs));
  } catch (thrown) {
    const failure = failureOf(thrown, read);
    if (url !== undefined && isRefusedAddress(failure)) address.refused(url);
    throw failure;
  } finally {
    stall.dispose();
    body?.stream.on("error", () => undefined).destroy();
  }
}

function send(
  { source, range, known, stall }: ObjectRead,
  url: Secret,
  held: (isHeld: boolean) => void,
): Promise<ObjectBody> {
  const identity = known?.();
  const etag = identity?.kind === "confirmed" ? identity.etag : undefined;
  // A weak tag never matches If-Match (RFC 9110, 13.1.1); `identify` compares it instead.
  const ifMatch = etag?.startsWith("W/") ? undefined : etag;
  return source.open({ url, range, ifMatch, signal: stall.signal, held });
}

function openObject(read: ObjectRead, body: ObjectBody, answerMs: number): OpenObject {
  const { range, stall, words } = read;
  const found = identify(read.known?.() ?? { kind: "listed" }, body);
  if (found.kind === "changed") throw new ObjectChanged();
  if (found.kind === "wrong-size") throw sizeError(words.name, found.bytes, found.listedBytes);
  if (body.status === 206 && body.first !== (range?.first ?? 0)) {
    throw brokenError(words, "the object store sent a different range than requested");
  }
  let receivedBytes = 0;
  body.stream.pause().on("data", (chunk: Buffer) => {
    stall.touch();
    receivedBytes += chunk.length;
    read.received?.(chunk.length);
  });
  return { ...body, identity: found, answerMs, receivedBytes: () => receivedBytes };
}

function failureOf(thrown: unknown, { stall, words }: ObjectRead): unknown {
  if (thrown instanceof AppError || thrown instanceof ObjectChanged) return thrown;
  if (stall.timedOut) return stalledError(words, stall.timeoutMs);
  if (isAbort(thrown)) return thrown;
  return brokenError(words, thrown instanceof Error ? thrown.message : String(thrown), thrown);
}

function isRefusedAddress(failure: unknown): boolean {
  return failure instanceof AppError && [400, 401, 403].includes(failure.status ?? 0);
}

/** The presigned address of one file, shared by its connections; requests for it never overlap. */
export interface Address {
  get(): Promise<Secret>;
  /** Makes the next `get` request a fresh address, unless that has happened already. */
  refused(address: Secret): void;
}

export function createAddress(source: ObjectSource, fileId: string, signal: AbortSignal): Address {
  let pending: Promise<Secret> | undefined;
  let known: Secret | undefined;
  return {
    get() {
      pending ??= source.locate(fileId, signal).then(
        (address) => {
          known = address;
          return address;
        },
        (thrown) => {
          pending = undefined;
          throw thrown;
        },
      );
      return pending;
    },
    refused(address) {
      if (known !== address) return;
      known = undefined;
      pending = undefined;
    },
  };
}

const stalledAfterMs = 5_000;
const answersPerPatience = 5;

/** How long a request may be silent while others receive bytes; then it is sent again. */
export function stallPatienceMs(answerMs: number): number {
  // A new connection to a distant store takes several times as long as an answer.
  return Math.max(stalledAfterMs, answersPerPatience * answerMs);
}

/** Aborts one request when the store stalls or the run aborts; dispose it in every case. */
export class StallTimeout {
  readonly timeoutMs: number;
  readonly #run: AbortSignal;
  readonly #controller = new AbortController();
  readonly #abort = () => this.#controller.abort();
  #touchedAtMs: number | undefined;
  #isHeld = false;
  #timer: NodeJS.Timeout | undefined;
  #timedOut = false;

  constructor(timeoutMs: number, run: AbortSignal) {
    this.timeoutMs = timeoutMs;
    this.#run = run;
    if (run.aborted) this.#abort();
    else run.addEventListener("abort", this.#abort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** True if silence caused the abort, not the run. */
  get timedOut(): boolean {
    return this.#timedOut;
  }

  /** Milliseconds since the last touch; 0 before the first and while held. */
  get silentMs(): number {
    if (this.#touchedAtMs === undefined || this.#isHeld) return 0;
    return performance.now() - this.#touchedAtMs;
  }

  /** Starts the timeout, or restarts it when something arrives; at most one timer is set. */
  touch(): void {
    this.#touchedAtMs = performance.now();
    this.#timer ??= setTimeout(() => this.#check(), this.timeoutMs);
  }

  /** While this side holds the request back, nothing can arrive, so no time counts. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    if (!isHeld) this.touch();
  }

  expire(): void {
    this.#timedOut = true;
    this.#abort();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#run.removeEventListener("abort", this.#abort);
  }

  #check(): void {
    const remainingMs = this.timeoutMs - this.silentMs;
    if (remainingMs <= 0) this.expire();
    else this.#timer = setTimeout(() => this.#check(), remainingMs);
  }
}

/** The identity that the service lists or that an answer of the store confirmed. */
export type Identity = { kind: "listed"; bytes?: number | undefined } | ConfirmedIdentity;

export interface ConfirmedIdentity {
  kind: "confirmed";
  bytes?: number | undefined;
  etag?: string | undefined;
}

/** Why an answer does not match the known object. */
export type Mismatch =
  | { kind: "changed" }
  | { kind: "wrong-size"; bytes: number; listedBytes: number };

/** Compares an answer with the known identity; the first answer confirms it. */
export function identify(
  known: Identity,
  { etag, objectBytes }: Pick<ObjectBody, "etag" | "objectBytes">,
): ConfirmedIdentity | Mismatch {
  const { bytes = objectBytes } = known;
  const isOtherSize = objectBytes !== undefined && objectBytes !== bytes;
  if (known.kind === "confirmed") {
    const isOtherTag = known.etag !== undefined && etag !== known.etag;
    return isOtherTag || isOtherSize ? { kind: "changed" } : known;
  }
  if (isOtherSize && bytes !== undefined) {
    return { kind: "wrong-size", bytes: objectBytes, listedBytes: bytes };
  }
  return { kind: "confirmed", bytes, etag };
}
