import { createHash } from "node:crypto";
import { AppError } from "../base/errors.ts";
import type { FileStreams } from "../stream/file-streams.ts";
import type { TransferFile } from "../transfer/engine.ts";
import type { Emit } from "../transfer/events.ts";
import type { Verdict } from "../transfer/verify/checks.ts";
import type { NotWritten } from "./conditional-write.ts";
import type { ObjectStore } from "./object-store.ts";
import type { PartBuffers } from "./part-buffers.ts";
import { arePartsOf, leastPartBytes, partBytesOf } from "./part-size.ts";
import { metadataOf, metadataOfParts } from "./same-object.ts";
import type { Metadata } from "./store-headers.ts";
import type { BegunUpload, StoredPart } from "./uploads.ts";

export interface UploadContext {
  store: ObjectStore;
  streams: FileStreams;
  buffers: PartBuffers;
}

export interface UploadTask {
  file: TransferFile;
  /** Its name in the store. */
  name: string;
  /** False writes only if no object has the name. */
  replaces: boolean;
  emit: Emit;
  signal: AbortSignal;
}

export type UploadOutcome = (Verdict & { kind: "written"; bytes: number }) | { kind: NotWritten };

/**
 * Streams a file into the store: with one request if it is small, otherwise in parts. The object exists only once
 * everything was verified. After a failure the parts stay, and the next upload of the file continues with them;
 * after wrong bytes they are removed. Rejects with an AppError or an AbortError.
 */
export async function uploadFile(
  context: UploadContext,
  { emit, file, name, replaces, signal }: UploadTask,
): Promise<UploadOutcome> {
  const upload = new Upload(context, { file, name, signal });
  try {
    const options = {
      unpack: false,
      recordsSha256: true,
      write: async (piece: Buffer) => {
        await upload.write(piece);
        emit({ kind: "received", bytes: piece.length });
        emit({ kind: "stored", bytes: upload.bytes });
      },
    };
    const verdict = await context.streams.stream(file, options, upload.signal);
    emit({ kind: "verifying" });
    const outcome = await upload.complete(verdict, replaces);
    return outcome === "written"
      ? { ...verdict, kind: outcome, bytes: upload.bytes }
      : { kind: outcome };
  } catch (thrown) {
    signal.throwIfAborted();
    const failure = upload.failure ?? thrown;
    if (failure instanceof UploadGone) return { kind: "no-upload" };
    if (failure instanceof AppError && failure.kind === "integrity") {
      await upload.discard();
      throw failure.withFacts({
        tried: `Uploading ${file.name}`,
        advice:
          "Nothing was stored. Try again later; if it keeps happening, contact your LSEG representative.",
      });
    }
    if (failure instanceof AppError && upload.hasBegun) {
      const advice = `${failure.advice ?? ""} The same call continues the upload.`.trim();
      throw failure.withFacts({ advice });
    }
    throw failure;
  } finally {
    await upload.end();
  }
}

/** Another process has completed or ended the upload. */
class UploadGone extends Error {
  override readonly name = "UploadGone";
}

interface Begun extends BegunUpload {
  /** What the store had before, by number. */
  known: ReadonlyMap<number, StoredPart>;
}

/** The bytes of one file on their way into the store. */
class Upload {
  readonly #context: UploadContext;
  readonly #file: TransferFile;
  readonly #name: string;
  readonly #partBytes: number;
  readonly #run: AbortSignal;
  readonly #controller = new AbortController();
  readonly #abort = () => this.#controller.abort(this.#run.reason);
  readonly #sending = new Set<Promise<void>>();
  readonly #parts: StoredPart[] = [];
  #begun: Promise<Begun> | undefined;
  #current: Buffer | undefined;
  #filled = 0;
  #number = 0;
  #bytes = 0;
  #failure: unknown;

  constructor(
    context: UploadContext,
    { file, name, signal }: Pick<UploadTask, "file" | "name" | "signal">,
  ) {
    this.#context = context;
    this.#file = file;
    this.#name = name;
    this.#run = signal;
    this.#partBytes = partBytesOf(file);
    if (signal.aborted) this.#abort();
    else signal.addEventListener("abort", this.#abort, { once: true });
  }

  /** Aborts when a part could not be sent too. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Why a part could not be sent. */
  get failure(): unknown {
    return this.#failure;
  }

  /** True if the store may have parts of it. */
  get hasBegun(): boolean {
    return this.#begun !== undefined;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Resolves when there is room for more. */
  async write(piece: Buffer): Promise<void> {
    for (let at = 0; at < piece.length; ) {
      if (this.#current !== undefined && this.#filled === this.#current.length) this.#sendCurrent();
      this.#current ??= await this.#takeBuffer();
      const count = piece.copy(this.#current, this.#filled, at);
      this.#filled += count;
      this.#bytes += count;
      at += count;
    }
  }

  /** Stores the rest, and makes all of it one object. */
  async complete(verdict: Verdict, replaces: boolean): Promise<"written" | NotWritten> {
    const { store } = this.#context;
    const metadata = metadataOf(this.#file);
    if (this.#begun === undefined) {
      const body = this.#current?.subarray(0, this.#filled) ?? Buffer.alloc(0);
      const { sha256 } = verdict;
      const own: Metadata = sha256 === undefined ? metadata : { ...metadata, "cfs-sha256": sha256 };
      return store.put(this.#name, body, { metadata: own, replaces }, this.signal);
    }
    if (this.#current !== undefined) this.#sendCurrent();
    await Promise.all(this.#sending);
    if (this.#failure !== undefined) throw this.#failure;
    const { uploadId } = await this.#begun;
    const parts = this.#parts.toSorted((one, other) => one.number - other.number);
    const outcome = await store.uploads.complete(
      this.#name,
      { parts, uploadId },
      replaces,
      this.signal,
    );
    if (outcome === "exists") await this.discard();
    return outcome;
  }

  /** Removes what the store has of it. */
  async discard(): Promise<void> {
    this.#controller.abort();
    await Promise.all(this.#sending);
    const begun = await this.#begun?.catch(() => undefined);
    if (begun === undefined) return;
    const { store } = this.#context;
    await store.uploads.end(this.#name, begun.uploadId, this.#run);
  }

  /** Waits for what is being sent, and frees the memory. */
  async end(): Promise<void> {
    this.#run.removeEventListener("abort", this.#abort);
    this.#controller.abort();
    await Promise.all(this.#sending);
    if (this.#current !== undefined) this.#context.buffers.give(this.#current);
    this.#current = undefined;
  }

  #takeBuffer(): Promise<Buffer> {
    const { bytes } = this.#file;
    const isSmall = this.#number === 0 && bytes !== undefined && bytes <= leastPartBytes;
    return this.#context.buffers.take(isSmall ? bytes : this.#partBytes, this.signal);
  }

  #sendCurrent(): void {
    const buffer = this.#current;
    if (buffer === undefined) return;
    const body = buffer.subarray(0, this.#filled);
    this.#current = undefined;
    this.#filled = 0;
    this.#number += 1;
    const sending = this.#send(this.#number, body)
      .catch((thrown) => {
        this.#failure ??= thrown;
        this.#controller.abort();
      })
      .finally(() => {
        this.#context.buffers.give(buffer);
        this.#sending.delete(sending);
      });
    this.#sending.add(sending);
  }

  async #send(number: number, body: Buffer): Promise<void> {
    this.#begun ??= this.#begin();
    const { known, ...begun } = await this.#begun;
    const before = known.get(number);
    if (before !== undefined && isSamePart(before, body)) {
      this.#parts.push(before);
      return;
    }
    const { uploads } = this.#context.store;
    const part = await uploads.putPart(this.#name, begun, { body, number }, this.signal);
    if (part === "no-upload") throw new UploadGone();
    this.#parts.push(part);
  }

  /** Continues an upload of the same file, or begins one, whose id must be known to end it. */
  async #begin(): Promise<Begun> {
    const { store } = this.#context;
    const open = await store.uploads.open(this.#name, this.#run).catch(noneIfRefused);
    for (const upload of open.toReversed()) {
      const parts = await store.uploads.partsOf(upload, this.#run);
      if (!arePartsOf(this.#file, parts)) continue;
      const known = new Map(parts.map((part) => [part.number, part]));
      const keepsSha256 = parts.every(({ sha256 }) => sha256 !== undefined);
      return { uploadId: upload.uploadId, keepsSha256, known };
    }
    const metadata = metadataOfParts(this.#file);
    const begun = await store.uploads.create(this.#name, metadata, this.#run);
    return { ...begun, known: new Map() };
  }
}

/** What is not allowed to be listed cannot be continued. */
function noneIfRefused(thrown: unknown): [] {
  if (thrown instanceof AppError && thrown.kind === "disk") return [];
  throw thrown;
}

/** Stores that encrypt with keys of their own have other ETags: without a SHA-256 the part is sent again. */
function isSamePart({ bytes, etag, sha256 }: StoredPart, body: Buffer): boolean {
  if (bytes !== body.length) return false;
  return sha256 === undefined
    ? etag === createHash("md5").update(body).digest("hex")
    : sha256 === createHash("sha256").update(body).digest("base64");
}
