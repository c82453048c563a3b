import type { Parts } from "../../app/compose.ts";
import { type Deferred, deferred } from "../../base/waiting.ts";
import type { Transfer, TransferRequest } from "../../transfer/engine.ts";
import type { Call } from "../console/call.ts";
import type { Progress } from "../console/progress.ts";
import { runTransfers } from "../transfer/run-transfers.ts";

/** Downloads that are requested one by one, for as long as the call lasts. */
export interface Downloads {
  /**
   * Resolves with the transfer when it has ended, also with a failed one. Rejects with an AbortError, or an
   * AppError of kind sign-in if the session has ended.
   */
  fetch(request: TransferRequest): Promise<Transfer>;
  /** Resolves when everything is closed. */
  stop(): Promise<void>;
}

/** One engine runs while there is work, so that its progress is that of the files under way. */
export function createDownloads(parts: Parts, progress: Progress, call: Call): Downloads {
  const fetching = new Map<string, Deferred<Transfer>>();
  const running = new Set<Promise<void>>();
  let queue: RequestQueue | undefined;

  const close = () => {
    queue?.close();
    queue = undefined;
  };

  const settle = (transfer: Transfer) => {
    const { fileId } = transfer.file;
    const found = fetching.get(fileId);
    fetching.delete(fileId);
    if (transfer.error?.kind === "sign-in") found?.reject(transfer.error);
    else found?.resolve(transfer);
    if (fetching.size > 0) return;
    close();
    progress.end();
  };

  /** Those that still wait would wait for ever. */
  const giveUp = (thrown: unknown) => {
    close();
    progress.end();
    for (const { reject } of fetching.values()) reject(thrown);
    fetching.clear();
  };

  const start = (requests: RequestQueue) => {
    const work = async () => {
      const own = { ...progress, show: requests.whileOpen(progress.show) };
      for await (const transfer of runTransfers(requests.values(), own, parts, call)) {
        settle(transfer);
        if (transfer.error?.kind === "sign-in") throw transfer.error;
      }
    };
    const run: Promise<void> = work()
      .catch(giveUp)
      .finally(() => running.delete(run));
    running.add(run);
  };

  call.signal.addEventListener("abort", close, { once: true });
  return {
    async fetch(request) {
      const { fileId } = request.file;
      const known = fetching.get(fileId);
      if (known !== undefined) return known.promise;
      call.signal.throwIfAborted();
      const fetched = deferred<Transfer>();
      fetching.set(fileId, fetched);
      if (queue === undefined) {
        queue = createRequestQueue();
        start(queue);
      }
      queue.push(request);
      return fetched.promise;
    },
    async stop() {
      close();
      await Promise.all(running);
      call.signal.removeEventListener("abort", close);
    },
  };
}

type RequestQueue = ReturnType<typeof createRequestQueue>;

function createRequestQueue() {
  const items: TransferRequest[] = [];
  let isClosed = false;
  let changed = deferred<void>();
  return {
    push(item: TransferRequest) {
      items.push(item);
      changed.resolve();
    },
    close() {
      isClosed = true;
      changed.resolve();
    },
    /** `work` while more may come. */
    whileOpen<Value>(work: (value: Value) => void) {
      return (value: Value) => {
        if (!isClosed) work(value);
      };
    },
    async *values(): AsyncGenerator<TransferRequest> {
      for (;;) {
        yield* items.splice(0);
        if (items.length > 0) continue;
        if (isClosed) return;
        changed = deferred();
        await changed.promise;
      }
    },
  };
}
