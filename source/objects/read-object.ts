import type { Readable } from "node:stream";
import { unlessAborted } from "../base/abortable.ts";
import { AppError, isAbort } from "../base/errors.ts";
import type { Secret } from "../base/secret.ts";
import type { Address } from "./address.ts";
import { type ConfirmedIdentity, type Identity, identify } from "./identity.ts";
import { brokenError, ObjectChanged, type ReadWords, sizeError, stalledError } from "./recovery.ts";
import type { ByteRange, ObjectBody, ObjectSource } from "./source.ts";
import type { StallTimeout } from "./stall-timeout.ts";

/** One GET of an object. */
export interface ObjectRead {
  source: Pick<ObjectSource, "open">;
  address: Address;
  words: ReadWords;
  /** Watches only this request, from the moment its address is known. */
  stall: StallTimeout;
  range?: ByteRange | undefined;
  known?: Identity;
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
    const requestedAtMs = performance.now();
    body = await send(read, url);
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

function send({ source, range, known, stall }: ObjectRead, url: Secret): Promise<ObjectBody> {
  const etag = known?.kind === "confirmed" ? known.etag : undefined;
  // A weak tag never matches If-Match (RFC 9110, 13.1.1); `identify` compares it instead.
  const ifMatch = etag?.startsWith("W/") ? undefined : etag;
  return source.open({ url, range, ifMatch, signal: stall.signal });
}

function openObject(read: ObjectRead, body: ObjectBody, answerMs: number): OpenObject {
  const { range, known = { kind: "listed" }, stall, words } = read;
  const found = identify(known, body);
  if (found.kind === "changed") throw new ObjectChanged();
  if (found.kind === "wrong-size") throw sizeError(words.name, found.bytes, found.listedBytes);
  if (body.status === 206 && body.first !== (range?.first ?? 0)) {
    throw brokenError(words, "the object store sent another part than was asked for");
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
