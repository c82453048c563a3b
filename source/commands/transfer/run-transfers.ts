import { composeTransfers, type Parts } from "../../app/compose.ts";
import type { Transfer, TransferRequest } from "../../transfer/engine.ts";
import type { Call } from "../console/call.ts";
import type { Progress } from "../console/progress.ts";

/** So many files at most lie in the engine, so that its lists stay short whatever is asked for. */
const mostInEngine = 512;

export interface TransferRun {
  /** What is to be fetched, as it becomes known; a file that comes twice is fetched once. */
  requests: AsyncIterable<TransferRequest>;
  /** Called once for each transfer that ended, in the order of their ends; one after the other. */
  ended(transfer: Transfer, progress: Progress): Promise<void> | void;
  progress: Progress;
}

/**
 * Fetches files while others are still being looked up, and shows how far all are. Resolves when all have
 * ended, failed ones included, or when one failed because the session has ended. Rejects with what
 * `requests` or `ended` threw, or with an AbortError, after the engine has stopped; what is not complete
 * is resumed by a later run.
 */
export async function runTransfers(run: TransferRun, parts: Parts, call: Call): Promise<void> {
  const { progress } = run;
  const engine = composeTransfers(call.environment, parts, { keepsQueue: false });
  const known = new Set<string>();
  const waiting: TransferRequest[] = [];
  const beside = { waiting: 0, waitingBytes: 0, done: 0, failed: 0, doneBytes: 0, endedBytes: 0 };
  let inEngine = 0;
  let failure: { thrown: unknown } | undefined;
  /** Without a session no other file has better luck, and each would ask for one. */
  let signedOut = false;
  let telling = Promise.resolve();
  let wake: () => void = () => undefined;
  let awaitsIdle = false;

  const feed = () => {
    const room = Math.min(waiting.length, mostInEngine - inEngine);
    if (room <= 0 || signedOut || call.signal.aborted) return;
    const next = waiting.splice(0, room);
    beside.waiting = waiting.length;
    for (const { file } of next) beside.waitingBytes -= file.bytes ?? 0;
    inEngine += next.length;
    engine.add(next);
  };

  const tell = (transfer: Transfer) => {
    telling = telling
      .then(() => (failure === undefined ? run.ended(transfer, progress) : undefined))
      .catch((thrown: unknown) => {
        failure ??= { thrown };
        wake();
      });
  };

  /** Takes ended transfers out of the engine and tells of them. */
  const sweep = () => {
    const ended = engine.snapshot().transfers.filter(isEnded);
    for (const transfer of ended) {
      inEngine -= 1;
      signedOut ||= transfer.error?.kind === "sign-in";
      beside[transfer.state === "failed" ? "failed" : "done"] += 1;
      beside.doneBytes += transfer.bytesDone;
      beside.endedBytes += transfer.bytesTotal ?? transfer.bytesDone;
      tell(transfer);
    }
    if (ended.length > 0) engine.clearEnded();
    feed();
    progress.show({ ...engine.snapshot(), beside });
    wake();
  };

  /** Asked once until it comes: each asking stays in the engine that long. */
  const wakeWhenIdle = () => {
    if (awaitsIdle) return;
    awaitsIdle = true;
    void engine.idle().then(() => {
      awaitsIdle = false;
      wake();
    });
  };

  const unsubscribe = engine.subscribe(sweep);
  const stop = () => wake();
  call.signal.addEventListener("abort", stop, { once: true });
  try {
    for await (const request of run.requests) {
      if (signedOut) break;
      const key = `${request.directory}\0${request.file.fileId}`;
      if (known.has(key)) continue;
      known.add(key);
      waiting.push(request);
      beside.waiting = waiting.length;
      beside.waitingBytes += request.file.bytes ?? 0;
      feed();
    }
    const goesOn = () => failure === undefined && !signedOut && !call.signal.aborted;
    while (waiting.length + inEngine > 0 && goesOn()) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      wakeWhenIdle();
      await woken;
      sweep();
    }
  } finally {
    call.signal.removeEventListener("abort", stop);
    unsubscribe();
    await engine.stop();
    sweep();
    await telling;
  }
  call.signal.throwIfAborted();
  if (failure !== undefined) throw failure.thrown;
}

function isEnded({ state }: Transfer): boolean {
  return state === "saved" || state === "skipped" || state === "failed";
}
