import { availableParallelism } from "node:os";
import type { CheckName } from "./checks.ts";
import { type SmallFileOutcome, type SmallOrder, saveTogether } from "./small-files.ts";
import { createTailVerifier, type Verifier } from "./verification.ts";
import { createWorkerThread, type WorkerThread } from "./worker-thread.ts";

/** Verifies files and saves small ones in threads that start on demand. */
export interface WorkerPool {
  verify(path: string, checks: readonly CheckName[]): Verifier;
  /** Verifies and saves a small file; its bytes must not change before this resolves. */
  save(order: SmallOrder, bytes: Uint8Array): Promise<SmallFileOutcome>;
  close(): Promise<void>;
}

const mostThreads = 4;

/** The receiving thread needs a core of its own. */
const besideReceiving = () => Math.min(mostThreads, Math.max(1, availableParallelism() - 1));

/**
 * Runs the program at `workerUrl` (built from worker.ts) in up to `limit` threads. Without it, or if a thread
 * does not start, it works in this thread.
 */
export function createWorkerPool(
  workerUrl: URL | undefined,
  limit: number = besideReceiving(),
): WorkerPool {
  if (workerUrl === undefined) {
    return { verify: createTailVerifier, save: saveHere, close: async () => undefined };
  }
  const threads: WorkerThread[] = [];
  let count = 0;

  /** Undefined if the system cannot start a thread. */
  const thread = (): WorkerThread | undefined => {
    const idle = threads.find(({ load }) => load() === 0);
    if (idle !== undefined) return idle;
    if (threads.length < limit) {
      try {
        const started = createWorkerThread(workerUrl);
        threads.push(started);
        return started;
      } catch {
        return undefined;
      }
    }
    return threads.reduce((least, one) => (one.load() < least.load() ? one : least));
  };

  const verifyInOne = (path: string, checks: readonly CheckName[]): Verifier => {
    const chosen = thread();
    count += 1;
    if (chosen === undefined || chosen.isBroken()) return createTailVerifier(path, checks);
    return chosen.verify(count, path, checks);
  };

  return {
    verify(path, checks) {
      if (checks.length === 0) return together([]);
      if (limit === 1) return verifyInOne(path, checks);
      // Hashes and formats run in separate threads, because their speeds differ.
      const isFormat = (check: CheckName) => check === "gzip" || check === "zip";
      const formats = checks.filter(isFormat);
      const hashes = checks.filter((check) => !isFormat(check));
      const parts = [hashes, formats].filter((part) => part.length > 0);
      return together(parts.map((part) => verifyInOne(path, part)));
    },
    save(order, bytes) {
      const chosen = thread();
      count += 1;
      if (chosen === undefined || chosen.isBroken()) return saveHere(order, bytes);
      return chosen.save(count, order, bytes);
    },
    async close() {
      await Promise.all(threads.splice(0).map(({ end }) => end()));
    },
  };
}

async function saveHere(order: SmallOrder, bytes: Uint8Array): Promise<SmallFileOutcome> {
  const [outcome] = await saveTogether([{ ...order, bytes }]);
  return outcome ?? { kind: "taken" };
}

function together(verifiers: readonly Verifier[]): Verifier {
  return {
    advance(end) {
      for (const verifier of verifiers) verifier.advance(end);
    },
    async finish(bytes) {
      const found = await Promise.all(verifiers.map((verifier) => verifier.finish(bytes)));
      return Object.assign({}, ...found);
    },
    async close() {
      await Promise.all(verifiers.map((verifier) => verifier.close()));
    },
  };
}
