import type { Parts } from "../../app/compose.ts";
import type { Tasks } from "../../base/tasks.ts";
import { type Deferred, deferred, unlessAborted } from "../../base/waiting.ts";
import type { Transfer, TransferRequest } from "../../transfer/engine.ts";
import type { Call } from "../console/call.ts";
import type { Progress } from "../console/progress.ts";
import type { ProgressView } from "../console/progress-lines.ts";
import { openFolderBatch } from "../transfer/folder-destination.ts";
import { runTransfers } from "../transfer/run-transfers.ts";

/** Resolves with the transfer when it has ended, also with a failed one. Rejects with an AbortError. */
type Download = (request: TransferRequest) => Promise<Transfer>;

/**
 * Downloads that are requested one by one. One engine runs while there is work, so that its progress is that
 * of the files under way; the end of the session ends the tasks.
 */
export function createDownloads(
  parts: Parts,
  progress: Progress,
  { signal, start }: Tasks,
  call: Call,
): Download {
  const fetching = new Map<string, Deferred<Transfer>>();
  let open: RequestQueue | undefined;

  const close = () => {
    open?.close();
    open = undefined;
    progress.end();
  };

  const run = async (requests: RequestQueue) => {
    const show = (view: ProgressView) => {
      if (requests === open) progress.show(view);
    };
    const running = { progress: { ...progress, show }, openBatch: openFolderBatch };
    for await (const transfer of runTransfers(requests.values(), running, parts, call)) {
      const { error, file } = transfer;
      if (error?.kind === "sign-in") {
        close();
        throw error;
      }
      fetching.get(file.fileId)?.resolve(transfer);
      fetching.delete(file.fileId);
      if (fetching.size === 0) close();
    }
  };

  const begin = () => {
    const requests = createRequestQueue();
    void start(run(requests));
    return requests;
  };

  signal.addEventListener("abort", close, { once: true });
  return async (request) => {
    signal.throwIfAborted();
    const { fileId } = request.file;
    const fetched = fetching.get(fileId) ?? deferred<Transfer>();
    if (!fetching.has(fileId)) {
      fetching.set(fileId, fetched);
      open ??= begin();
      open.push(request);
    }
    return unlessAborted(fetched.promise, signal);
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
