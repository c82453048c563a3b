import { availableParallelism } from "node:os";
import { type SmallFileOutcome, type SmallOrder, saveTogether } from "./small-files.ts";
import { type Follower, follow, type Question } from "./tail-verifier.ts";
import { createFollowerThread, type FollowerThread } from "./worker-thread.ts";

/** Threads that follow files; they begin when they are needed. */
export interface FollowerPool {
  follow(path: string, questions: readonly Question[]): Follower;
  /** Verifies and saves a small file; the chunks are copied before this returns. */
  save(order: SmallOrder, chunks: readonly Uint8Array[]): Promise<SmallFileOutcome>;
  /** Ends the threads. */
  close(): Promise<void>;
}

const mostThreads = 4;

/**
 * A pool of threads that run the program at `workerUrl` (built from follower-worker.ts). Without it,
 * or where a thread does not start, the work is done in this thread.
 */
export function createFollowerPool(workerUrl: URL | undefined): FollowerPool {
  if (workerUrl === undefined) return { follow, save: saveHere, close: async () => undefined };
  const limit = Math.min(mostThreads, Math.max(1, availableParallelism() - 1));
  const threads: FollowerThread[] = [];
  let count = 0;

  /** Undefined: the system gives no thread. */
  const thread = (): FollowerThread | undefined => {
    const idle = threads.find(({ load }) => load() === 0);
    if (idle !== undefined) return idle;
    if (threads.length < limit) {
      try {
        const begun = createFollowerThread(workerUrl);
        threads.push(begun);
        return begun;
      } catch {
        return undefined;
      }
    }
    return threads.reduce((least, one) => (one.load() < least.load() ? one : least));
  };

  /** Hashes and formats go to threads of their own: each has its own pace. */
  const followOne = (path: string, questions: readonly Question[]): Follower => {
    const chosen = thread();
    count += 1;
    if (chosen === undefined || chosen.isBroken()) return follow(path, questions);
    return chosen.follow(count, path, questions);
  };

  return {
    follow(path, questions) {
      if (limit === 1) return followOne(path, questions);
      const isFormat = (question: Question) => question === "gzip" || question === "zip";
      const formats = questions.filter(isFormat);
      const hashes = questions.filter((question) => !isFormat(question));
      const parts = [hashes, formats].filter((part) => part.length > 0);
      return together(parts.map((part) => followOne(path, part)));
    },
    save(order, chunks) {
      const chosen = thread();
      count += 1;
      if (chosen === undefined || chosen.isBroken()) return saveHere(order, chunks);
      return chosen.save(count, order, chunks);
    },
    async close() {
      await Promise.all(threads.splice(0).map(({ end }) => end()));
    },
  };
}

async function saveHere(
  order: SmallOrder,
  chunks: readonly Uint8Array[],
): Promise<SmallFileOutcome> {
  const [outcome] = await saveTogether([{ ...order, bytes: Buffer.concat(chunks) }]);
  return outcome ?? { kind: "taken" };
}

function together(followers: readonly Follower[]): Follower {
  return {
    upTo(end) {
      for (const follower of followers) follower.upTo(end);
    },
    async finish(bytes) {
      const found = await Promise.all(followers.map((follower) => follower.finish(bytes)));
      return Object.assign({}, ...found);
    },
    async close() {
      await Promise.all(followers.map((follower) => follower.close()));
    },
  };
}
