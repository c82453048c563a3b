import { Transform } from "node:stream";
import * as zlib from "node:zlib";

type Unpack = (packed: Buffer) => Buffer;

/** Unpacks at the end and in this thread, because real threads would answer at unpredictable times. */
class Unpacking extends Transform {
  readonly #chunks: Buffer[] = [];
  readonly #unpack: Unpack;

  constructor(unpack: Unpack) {
    super();
    this.#unpack = unpack;
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    // The caller may reuse the chunk before the end.
    this.#chunks.push(Buffer.from(chunk));
    done();
  }

  override _flush(done: (error?: Error | null) => void): void {
    try {
      this.push(this.#unpack(Buffer.concat(this.#chunks)));
      done();
    } catch (thrown) {
      done(thrown instanceof Error ? thrown : new Error(String(thrown)));
    }
  }
}

export const unpacking = {
  crc32: "crc32" in zlib ? zlib.crc32 : undefined,
  constants: zlib.constants,
  createGunzip: () => new Unpacking((packed) => zlib.gunzipSync(packed)),
  createInflateRaw: () => new Unpacking((packed) => zlib.inflateRawSync(packed)),
};
