import type { Parts } from "../../app/compose.ts";
import type { Transfer, TransferRequest } from "../../transfer/engine.ts";
import type { Call } from "../console/call.ts";
import type { Progress } from "../console/messages.ts";
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

interface Waiting {
  ended(transfer: Transfer): void;
  failed(thrown: unknown): void;
}

/** One engine runs while there is work, so that its progress is that of the files under way. */
export function createDownloads(parts: Parts, progress: Progress, call: Call): Downloads {
  const waiting = new Map<string, Waiting>();
  const fetching = new Map<string, Promise<Transfer>>();
  const running = new Set<Promise<void>>();
  let queue: RequestQueue | undefined;

  const close = () => {
    queue?.close();
    queue = undefined;
  };

  const settle = (transfer: Transfer) => {
    const found = waiting.get(transfer.file.fileId);
    waiting.delete(transfer.file.fileId);
    if (transfer.error?.kind === "sign-in") found?.failed(transfer.error);
    else found?.ended(transfer);
    if (waiting.size > 0) return;
    close();
    progress.end();
  };

  /** Those that still wait would wait for ever. */
  const giveUp = (thrown: unknown) => {
    close();
    progress.end();
    for (const { failed } of waiting.values()) failed(thrown);
    waiting.clear();
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
    fetch(request) {
      const { fileId } = request.file;
      const known = fetching.get(fileId);
      if (known !== undefined) return known;
      const fetched = new Promise<Transfer>((ended, failed) => {
        if (call.signal.aborted) failed(call.signal.reason);
        else waiting.set(fileId, { ended, failed });
      }).finally(() => fetching.delete(fileId));
      fetching.set(fileId, fetched);
      if (call.signal.aborted) return fetched;
      if (queue === undefined) {
        queue = createRequestQueue();
        start(queue);
      }
      queue.push(request);
      return fetched;
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
  let wake: () => void = () => undefined;
  return {
    push(item: TransferRequest) {
      items.push(item);
      wake();
    },
    close() {
      isClosed = true;
      wake();
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
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
