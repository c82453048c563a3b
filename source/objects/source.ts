import type { Readable } from "node:stream";
import type { Secret } from "../base/secret.ts";

/** Inclusive byte positions, as in a Range header; without `last` to the end of the object. */
export interface ByteRange {
  first: number;
  last?: number;
}

export interface ObjectRequest {
  /** A presigned address, used byte for byte. */
  url: Secret;
  range?: ByteRange | undefined;
  /** The ETag that the object must still have, a strong one. */
  ifMatch?: string | undefined;
  signal: AbortSignal;
}

/** What the object store answered; the body is not read yet. */
export interface ObjectBody {
  /** 200: the whole object; 206: the range. */
  status: number;
  etag?: string | undefined;
  /** The body came in chunks: if it ends without an error, it is whole. */
  isChunked?: boolean;
  /** Where the body begins in the object, in bytes. */
  first: number;
  /** Size of the whole object, if announced. */
  objectBytes?: number | undefined;
  stream: Readable;
  /** To be called with a chunk of the stream that nobody reads any more: its memory may be gone then. */
  release(chunk: Buffer): void;
}

/**
 * Where file bytes come from. Both reject with an AppError, or an AbortError.
 * `open` rejects for every answer but 200 and 206; `status`, `serviceCode` and `retryAfterMs` of the error
 * tell the engine what to do: 403 and 400 ExpiredToken want a fresh address, 404 is not there yet,
 * 412 is another object than before, 416 a range past the end, 503 SlowDown fewer connections.
 */
export interface ObjectSource {
  /** A fresh address of the file's bytes, asked for once: the reader tries again. */
  locate(fileId: string, signal: AbortSignal): Promise<Secret>;
  /** One GET of the object store, without the service's token. */
  open(request: ObjectRequest): Promise<ObjectBody>;
}
