import type { Readable } from "node:stream";
import type { Secret } from "../base/secret.ts";

/** Inclusive byte positions, as in a Range header; without `last`, to the end of the object. */
export interface ByteRange {
  first: number;
  last?: number;
}

export interface ObjectRequest {
  /** A presigned address, used byte for byte. */
  url: Secret;
  range?: ByteRange | undefined;
  /** A strong ETag that the object must still have. */
  ifMatch?: string | undefined;
  /** Ends the request, and later also the stream of its answer. */
  signal: AbortSignal;
  /** Called when the rate limit pauses the request or its body, and when it continues. */
  held?(isHeld: boolean): void;
}

/** The answer of the object store; the body is not read yet. */
export interface ObjectBody {
  /** 200: the whole object; 206: the range. */
  status: number;
  etag?: string | undefined;
  /** True for a chunked body: if it ends without an error, it is complete. */
  isChunked?: boolean;
  /** Position of the body in the object, in bytes. */
  first: number;
  /** Size of the whole object, if announced. */
  objectBytes?: number | undefined;
  stream: Readable;
  /** Frees the memory of a chunk that is no longer read. */
  release(chunk: Buffer): void;
}

/**
 * The source of file bytes. Both methods reject with an AppError or an AbortError.
 * `open` rejects for every status but 200 and 206, and the engine acts on `status`, `serviceCode` and
 * `retryAfterMs`: 403 and 400 ExpiredToken need a fresh address, 404 an object that does not exist yet,
 * 412 means a changed object, 416 a range past the end, 503 SlowDown fewer connections.
 */
export interface ObjectSource {
  /** Requests a fresh address once; the reader retries. */
  locate(fileId: string, signal: AbortSignal): Promise<Secret>;
  /** Sends one GET to the object store, without the token of the service. */
  open(request: ObjectRequest): Promise<ObjectBody>;
}
