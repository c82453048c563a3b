import { createHash } from "node:crypto";
import { setMaxListeners } from "node:events";
import fs from "node:fs/promises";
import { availableParallelism } from "node:os";
import { unlessAborted } from "../base/waiting.ts";
import { createWorkerPool } from "../transfer/verify/worker-pool.ts";

type DigestKind = "md5" | "sha256";

/** Reads files, with a thread for each core if they are large. */
export interface Digests {
  /**
   * The digest of a file of this size; undefined if it is shorter. Rejects with the system's error or an
   * AbortError.
   */
  of(file: string, bytes: number, kind: DigestKind): Promise<string | undefined>;
  /** Ends what is being read, and resolves once its files are closed. */
  close(): Promise<void>;
}

/** Below this size, starting threads takes longer than reading. */
const leastForThreadsBytes = 32 * 1024 * 1024;

/** Up to this size, passing a file to a thread takes longer than hashing it here. */
const mostHereBytes = 1024 * 1024;

export interface DigestsOptions {
  /** What the files have in all. */
  bytes: number;
  /** The program for the threads; undefined: this thread reads. */
  workerUrl: URL | undefined;
  signal: AbortSignal;
}

export function createDigests({ bytes, workerUrl, signal }: DigestsOptions): Digests {
  const isLarge = bytes >= leastForThreadsBytes;
  const workers = createWorkerPool(isLarge ? workerUrl : undefined, availableParallelism());
  const closing = new AbortController();
  const ended = AbortSignal.any([signal, closing.signal]);
  // Each file that is being read listens to it; Node would warn of a leak.
  setMaxListeners(0, ended);
  const readings = new Set<Promise<unknown>>();

  async function read(file: string, bytes: number, kind: DigestKind): Promise<string | undefined> {
    if (bytes <= mostHereBytes) {
      const beginning = await readBeginning(file, bytes);
      return beginning && createHash(kind).update(beginning).digest("hex");
    }
    const verifier = workers.verify(file, [kind]);
    try {
      return (await unlessAborted(verifier.finish(bytes), ended))[kind];
    } finally {
      await verifier.close();
    }
  }

  return {
    of(file, bytes, kind) {
      const reading = read(file, bytes, kind);
      readings.add(reading);
      const forget = () => void readings.delete(reading);
      reading.then(forget, forget);
      return unlessAborted(reading, ended);
    },
    async close() {
      closing.abort();
      await Promise.allSettled(readings);
      await workers.close();
    },
  };
}

/** The first bytes of a file; undefined if it is shorter. */
async function readBeginning(file: string, bytes: number): Promise<Buffer | undefined> {
  const handle = await fs.open(file);
  try {
    const buffer = Buffer.allocUnsafe(bytes);
    for (let at = 0; at < bytes; ) {
      const { bytesRead } = await handle.read(buffer, at, bytes - at, at);
      if (bytesRead === 0) return undefined;
      at += bytesRead;
    }
    return buffer;
  } finally {
    await handle.close();
  }
}
