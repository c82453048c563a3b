import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import * as v from "valibot";
import type { CheckName, Findings } from "./checks.ts";
import { type FilesToSave, replyShape, type WorkerCommand } from "./messages.ts";
import {
  type SmallFile,
  type SmallFileOutcome,
  type SmallOrder,
  saveAgain,
  saveTogether,
  smallBytes,
} from "./small-files.ts";
import { createTailVerifier, type Verifier } from "./verification.ts";

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
  let isFirst = true;

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
      // The start of a thread takes longer than one small file.
      if (isFirst && bytes.length <= smallBytes) {
        isFirst = false;
        return saveHere(order, bytes);
      }
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

/** A thread that verifies files and saves small ones; each task has its own `id`. */
interface WorkerThread {
  load(): number;
  /** True if the thread ended unexpectedly and accepts no more work. */
  isBroken(): boolean;
  verify(id: number, path: string, checks: readonly CheckName[]): Verifier;
  /** `bytes` are in shared memory, which must not change before this resolves. */
  save(id: number, order: SmallOrder, bytes: Uint8Array): Promise<SmallFileOutcome>;
  end(): Promise<void>;
}

interface Waiting {
  found(findings: Findings): void;
  failed(error: Error): void;
  closed(): void;
}

interface Saving {
  file: SmallFile;
  ended(outcome: SmallFileOutcome): void;
}

/** Bytes between progress reports to the thread, because each message costs. */
const reportEveryBytes = 4 * 1024 * 1024;

/** Runs `url` in a thread that keeps the process alive only while it has work. */
function createWorkerThread(url: URL): WorkerThread {
  const waiting = new Map<number, Waiting>();
  const saving = new Map<number, Saving>();
  /** Small files for the next message; those that arrive during a save are saved together. */
  let batch: FilesToSave = [];
  let isSaving = false;
  let broken = false;
  const worker = new Worker(url, {
    resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 2 },
  });
  worker.unref();
  worker.on("message", (message) => {
    const answer = v.parse(replyShape, message);
    if (answer.kind === "ended") {
      isSaving = false;
      for (const { id, outcome } of answer.outcomes) saving.get(id)?.ended(outcome);
      setImmediate(sendBatch);
      return;
    }
    const waiter = waiting.get(answer.id);
    if (answer.kind === "found") waiter?.found(answer.findings);
    if (answer.kind === "failed") {
      const { code, message } = answer;
      waiter?.failed(Object.assign(new Error(message), code === undefined ? {} : { code }));
    }
    if (answer.kind === "closed") waiter?.closed();
  });
  const fail = (error: Error) => {
    if (broken) return;
    broken = true;
    batch = [];
    for (const waiter of waiting.values()) {
      waiter.failed(error);
      waiter.closed();
    }
    void saveUnsaved([...saving.values()], error);
  };
  worker.on("error", fail);
  worker.on("exit", () => fail(new Error("the verifying thread ended")));
  const send = (command: WorkerCommand) => worker.postMessage(command);

  const sendBatch = () => {
    if (isSaving || batch.length === 0) return;
    isSaving = true;
    send({ kind: "save", files: batch });
    batch = [];
  };

  const unrefIfIdle = () => {
    if (waiting.size + saving.size === 0) worker.unref();
  };

  return {
    load: () => waiting.size + saving.size,
    isBroken: () => broken,
    verify(id, path, checks) {
      let reported = 0;
      let own: Verifier | undefined;
      let onClosed: () => void = () => undefined;
      const closed = new Promise<void>((resolve) => {
        onClosed = resolve;
      });
      const finished = new Promise<Findings>((found, failed) => {
        waiting.set(id, {
          found,
          failed,
          closed() {
            waiting.delete(id);
            unrefIfIdle();
            onClosed();
          },
        });
      });
      finished.catch(() => undefined);
      worker.ref();
      send({ kind: "verify", id, path, checks: [...checks] });
      return {
        advance(end) {
          if (end - reported < reportEveryBytes) return;
          reported = end;
          send({ kind: "advance", id, end });
        },
        async finish(bytes) {
          send({ kind: "finish", id, bytes });
          try {
            return await finished;
          } catch (thrown) {
            if (!broken) throw thrown;
            // A file that has arrived must be saved even if the thread dies.
            own = createTailVerifier(path, checks);
            return await own.finish(bytes);
          }
        },
        async close() {
          await own?.close();
          if (broken || !waiting.has(id)) return;
          send({ kind: "close", id });
          await closed;
        },
      };
    },
    save(id, order, bytes) {
      worker.ref();
      if (batch.length === 0) setImmediate(sendBatch);
      batch.push({ id, order, bytes });
      return new Promise((resolve) => {
        saving.set(id, {
          file: { ...order, bytes },
          ended(outcome) {
            saving.delete(id);
            unrefIfIdle();
            resolve(outcome);
          },
        });
      });
    },
    async end() {
      await worker.terminate();
    },
  };
}

/** Files that have arrived must be saved even if the thread dies. */
async function saveUnsaved(unsaved: readonly Saving[], cause: Error): Promise<void> {
  const outcomes = await saveAgain(unsaved.map(({ file }) => file)).catch(() => []);
  for (const [index, { ended }] of unsaved.entries()) {
    ended(outcomes[index] ?? { kind: "failed", message: cause.message });
  }
}
