import { Worker } from "node:worker_threads";
import * as v from "valibot";
import type { CheckName } from "./checks.ts";
import { type FilesToSave, replyShape, type WorkerCommand } from "./messages.ts";
import {
  type SmallFile,
  type SmallFileOutcome,
  type SmallOrder,
  saveTogether,
  smallBytes,
} from "./small-files.ts";
import { createTailVerifier, type Findings, type Verifier } from "./tail-verifier.ts";

/** A thread that verifies files and saves small ones; each piece of work has an `id` of its own. */
export interface WorkerThread {
  load(): number;
  /** It ended by itself: it takes no work any more. */
  isBroken(): boolean;
  verify(id: number, path: string, checks: readonly CheckName[]): Verifier;
  save(id: number, order: SmallOrder, chunks: readonly Uint8Array[]): Promise<SmallFileOutcome>;
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

/** Where the thread is told of progress, in bytes: each message costs. */
const tellEveryBytes = 4 * 1024 * 1024;

/** Begins the program at `url` in a thread, which keeps the process alive only while it has work. */
export function createWorkerThread(url: URL): WorkerThread {
  const waiting = new Map<number, Waiting>();
  const saving = new Map<number, Saving>();
  const buffers = createSharedBufferPool((memory) => tell({ kind: "buffers", memory }));
  /** What is to be saved, and not told yet: each message costs, and what comes while the thread saves is saved together. */
  let together: FilesToSave = [];
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
      setImmediate(tellTogether);
      return;
    }
    const one = waiting.get(answer.id);
    if (answer.kind === "found") one?.found(answer.findings);
    if (answer.kind === "failed") one?.failed(new Error(answer.message));
    if (answer.kind === "closed") one?.closed();
  });
  const fail = (error: Error) => {
    if (broken) return;
    broken = true;
    together = [];
    for (const one of waiting.values()) {
      one.failed(error);
      one.closed();
    }
    void saveHere([...saving.values()], error);
  };
  worker.on("error", fail);
  worker.on("exit", () => fail(new Error("the verifying thread ended")));
  const tell = (command: WorkerCommand) => worker.postMessage(command);

  const tellTogether = () => {
    if (isSaving || together.length === 0) return;
    isSaving = true;
    tell({ kind: "save", files: together });
    together = [];
  };

  const rest = () => {
    if (waiting.size + saving.size === 0) worker.unref();
  };

  return {
    load: () => waiting.size + saving.size,
    isBroken: () => broken,
    verify(id, path, checks) {
      let told = 0;
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
            rest();
            onClosed();
          },
        });
      });
      finished.catch(() => undefined);
      worker.ref();
      tell({ kind: "verify", id, path, checks: [...checks] });
      return {
        advance(end) {
          if (end - told < tellEveryBytes) return;
          told = end;
          tell({ kind: "advance", id, end });
        },
        async finish(bytes) {
          tell({ kind: "finish", id, bytes });
          try {
            return await finished;
          } catch (thrown) {
            if (!broken) throw thrown;
            // A thread that died is no reason to lose a file that is there.
            own = createTailVerifier(path, checks);
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
    save(id, order, chunks) {
      worker.ref();
      const { body, bytes, release } = buffers.acquire(chunks);
      if (together.length === 0) setImmediate(tellTogether);
      together.push({ id, order, body });
      return new Promise((resolve) => {
        saving.set(id, {
          file: { ...order, bytes },
          ended(outcome) {
            saving.delete(id);
            release();
            rest();
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

/** A thread that died is no reason to lose files that arrived. */
async function saveHere(left: readonly Saving[], died: Error): Promise<void> {
  const outcomes = await saveTogether(left.map(({ file }) => file)).catch(() => []);
  for (const [index, { ended }] of left.entries()) {
    ended(outcomes[index] ?? { kind: "failed", message: died.message });
  }
}

/** A body: where it lies in the shared memory, or itself if that was full. */
type BufferedBody = { first: number; end: number } | Uint8Array;

/** Memory that two threads see, for small files on their way from one to the other. */
interface SharedBufferPool {
  /** A copy of a body of at most `smallBytes`; `bytes` is for this thread, `release` frees its place. */
  acquire(chunks: readonly Uint8Array[]): {
    body: BufferedBody;
    bytes: Uint8Array;
    release(): void;
  };
}

const slots = 32;

/**
 * Memory that is used again and again stays in the processor's cache. It is made when the first body
 * comes, and passed to `share` once, since each transfer costs.
 */
function createSharedBufferPool(share: (memory: SharedArrayBuffer) => void): SharedBufferPool {
  let memory: Uint8Array | undefined;
  const free = Array.from({ length: slots }, (_, index) => slots - 1 - index);
  return {
    acquire(chunks) {
      const slot = free.pop();
      if (slot === undefined) {
        const bytes = Buffer.concat(chunks);
        return { body: bytes, bytes, release: () => undefined };
      }
      memory ??= makeMemory();
      const first = slot * smallBytes;
      let end = first;
      for (const chunk of chunks) {
        memory.set(chunk, end);
        end += chunk.length;
      }
      const bytes = memory.subarray(first, end);
      return { body: { first, end }, bytes, release: () => free.push(slot) };
    },
  };

  function makeMemory(): Uint8Array {
    const whole = new SharedArrayBuffer(slots * smallBytes);
    share(whole);
    return new Uint8Array(whole);
  }
}
