import { setMaxListeners } from "node:events";
import { availableParallelism } from "node:os";
import { unlessAborted } from "../base/waiting.ts";
import { createWorkerPool } from "../transfer/verify/worker-pool.ts";

/** Reads files, with a thread for each core if they are large. */
export interface Digests {
  /**
   * The digest of a file of this size; undefined if it is shorter. Rejects with the system's error or an
   * AbortError.
   */
  of(file: string, bytes: number, kind: "md5" | "sha256"): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Below this size, starting threads takes longer than reading. */
const leastForThreadsBytes = 32 * 1024 * 1024;

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
  const ended = AbortSignal.any([signal]);
  // Each file that is being read listens to it; Node would warn of a leak.
  setMaxListeners(0, ended);
  return {
    async of(file, bytes, kind) {
      const verifier = workers.verify(file, [kind]);
      try {
        return (await unlessAborted(verifier.finish(bytes), ended))[kind];
      } finally {
        await verifier.close();
      }
    },
    close: workers.close,
  };
}
