import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import * as v from "valibot";
import { type Findings, type Follower, follow, type Question } from "./follow.ts";
import { answerShape, type FollowerCommand } from "./follower-messages.ts";
import { type SmallFile, type SmallFileOutcome, saveTogether } from "./small-file.ts";

/** Threads that follow files; they begin when they are needed. */
export interface FollowerPool {
  follow(path: string, questions: readonly Question[]): Follower;
  /** Verifies and saves a small file. */
  save(file: SmallFile): Promise<SmallFileOutcome>;
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
  const threads: Thread[] = [];
  let count = 0;

  const thread = (): Thread => {
    const idle = threads.find(({ load }) => load() === 0);
    if (idle !== undefined) return idle;
    if (threads.length < limit) {
      const begun = createThread(workerUrl);
      threads.push(begun);
      return begun;
    }
    return threads.reduce((least, one) => (one.load() < least.load() ? one : least));
  };

  /** Hashes and formats go to threads of their own: each has its own pace. */
  const followOne = (path: string, questions: readonly Question[]): Follower => {
    const chosen = thread();
    count += 1;
    return chosen.isBroken() ? follow(path, questions) : chosen.follow(count, path, questions);
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
    save(file) {
      const chosen = thread();
      count += 1;
      return chosen.isBroken() ? saveHere(file) : chosen.save(count, file);
    },
    async close() {
      await Promise.all(threads.splice(0).map(({ end }) => end()));
    },
  };
}

async function saveHere(file: SmallFile): Promise<SmallFileOutcome> {
  const [outcome] = await saveTogether([file]);
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

interface Thread {
  load(): number;
  isBroken(): boolean;
  follow(id: number, path: string, questions: readonly Question[]): Follower;
  save(id: number, file: SmallFile): Promise<SmallFileOutcome>;
  end(): Promise<void>;
}

interface Waiting {
  found(findings: Findings): void;
  failed(error: Error): void;
  closed(): void;
}

/** Where the thread is told of progress, in bytes: each message costs. */
const tellEveryBytes = 4 * 1024 * 1024;

function createThread(url: URL): Thread {
  const waiting = new Map<number, Waiting>();
  const saving = new Map<number, (outcome: SmallFileOutcome) => void>();
  let broken = false;
  const worker = new Worker(url, {
    resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 2 },
  });
  worker.unref();
  worker.on("message", (message) => {
    const answer = v.parse(answerShape, message);
    const one = waiting.get(answer.id);
    if (answer.kind === "found") one?.found(answer.findings);
    if (answer.kind === "failed") one?.failed(new Error(answer.message));
    if (answer.kind === "closed") one?.closed();
    if (answer.kind === "ended") saving.get(answer.id)?.(answer.outcome);
  });
  const fail = (error: Error) => {
    broken = true;
    for (const one of waiting.values()) {
      one.failed(error);
      one.closed();
    }
    for (const end of saving.values()) end({ kind: "failed", message: error.message });
  };
  worker.on("error", fail);
  worker.on("exit", () => fail(new Error("the verifying thread ended")));
  const tell = (command: FollowerCommand) => worker.postMessage(command);

  const rest = () => {
    if (waiting.size + saving.size === 0) worker.unref();
  };

  return {
    load: () => waiting.size + saving.size,
    isBroken: () => broken,
    follow(id, path, questions) {
      let told = 0;
      let settle: Pick<Waiting, "found" | "failed"> | undefined;
      const finished = new Promise<Findings>((found, failed) => {
        settle = { found, failed };
      });
      finished.catch(() => undefined);
      let own: Follower | undefined;
      const closed = new Promise<void>((resolve) => {
        waiting.set(id, {
          found: (findings) => settle?.found(findings),
          failed: (error) => settle?.failed(error),
          closed() {
            waiting.delete(id);
            rest();
            resolve();
          },
        });
      });
      worker.ref();
      tell({ kind: "follow", id, path, questions: [...questions] });
      return {
        upTo(end) {
          if (end - told < tellEveryBytes) return;
          told = end;
          tell({ kind: "upTo", id, end });
        },
        async finish(bytes) {
          tell({ kind: "finish", id, bytes });
          try {
            return await finished;
          } catch (thrown) {
            if (!broken) throw thrown;
            // A thread that died is no reason to lose a file that is there.
            own = follow(path, questions);
            return await own.finish(bytes);
          }
        },
        async close() {
          await own?.close();
          if (broken || !waiting.has(id)) return;
          tell({ kind: "close", id });
          await closed;
        },
      };
    },
    save(id, file) {
      worker.ref();
      return new Promise((resolve) => {
        saving.set(id, (outcome) => {
          saving.delete(id);
          rest();
          resolve(outcome);
        });
        worker.postMessage({ kind: "save", id, file } satisfies FollowerCommand, [
          file.bytes.buffer,
        ]);
      });
    },
    async end() {
      await worker.terminate();
    },
  };
}
