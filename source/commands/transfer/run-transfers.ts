import type { Parts } from "../../app/compose.ts";
import { createAddressesAhead } from "../../objects/addresses-ahead.ts";
import type { Transfer, TransferRequest } from "../../transfer/engine.ts";
import type { Call } from "../console/call.ts";
import type { Progress } from "../console/progress.ts";
import type { OpenBatch } from "./destination.ts";
import { openFolderBatch } from "./folder-destination.ts";

/** Keeps the engine's lists short however many files are requested. */
const mostInEngine = 512;

/**
 * Addresses of larger files are not requested ahead: the request takes little time compared with the
 * download, and the address would wait long before it is used.
 */
const aheadBytes = 8 * 1024 * 1024;

interface RunOptions {
  recordsSha256?: boolean;
  /** By default files go to folders. */
  openBatch?: OpenBatch;
}

/**
 * Fetches files while others are still being looked up, and shows progress. Yields transfers in the order
 * in which they end, including failed ones; a file must not be requested again before it has ended. Stops
 * early if the session has ended. Throws what `requests` threw or an AbortError once the engine has stopped; a
 * later run resumes.
 */
export async function* runTransfers(
  requests: AsyncIterable<TransferRequest>,
  progress: Progress,
  parts: Parts,
  call: Call,
  { recordsSha256 = true, openBatch = openFolderBatch }: RunOptions = {},
): AsyncGenerator<Transfer> {
  const ahead = createAddressesAhead(parts.objects);
  const engine = openBatch({ ...parts, objects: ahead.source }, call, recordsSha256);
  const waiting: TransferRequest[] = [];
  const ended: Transfer[] = [];
  const outside = { waiting: 0, waitingBytes: 0, done: 0, failed: 0, doneBytes: 0, endedBytes: 0 };
  let inEngine = 0;
  let isListed = false;
  let failure: { thrown: unknown } | undefined;
  /** Without a session every other file would fail too, after its own token request. */
  let signedOut = false;
  let isFinished = false;
  let awaitsIdle = false;
  let wake: () => void = () => undefined;

  const feed = () => {
    const room = Math.min(waiting.length, mostInEngine - inEngine);
    if (room <= 0 || signedOut || call.signal.aborted) return;
    const next = waiting.splice(0, room);
    outside.waiting = waiting.length;
    for (const { file } of next) outside.waitingBytes -= file.bytes ?? 0;
    inEngine += next.length;
    engine.add(next);
    const small = next.filter(({ file: { bytes } }) => bytes !== undefined && bytes <= aheadBytes);
    ahead.expect(small.map(({ file }) => file.fileId));
  };

  const list = async () => {
    for await (const request of requests) {
      if (signedOut || isFinished) break;
      waiting.push(request);
      outside.waiting = waiting.length;
      outside.waitingBytes += request.file.bytes ?? 0;
      feed();
    }
  };

  const sweep = () => {
    const swept = engine.snapshot().transfers.filter(isEnded);
    for (const transfer of swept) {
      inEngine -= 1;
      ahead.drop(transfer.file.fileId);
      signedOut ||= isSignedOut(transfer);
      outside[transfer.state === "failed" ? "failed" : "done"] += 1;
      outside.doneBytes += transfer.bytesDone;
      outside.endedBytes += transfer.bytesTotal ?? transfer.bytesDone;
    }
    ended.push(...swept);
    if (swept.length > 0) engine.clearEnded();
    feed();
    progress.show({ ...engine.snapshot(), outside, limit: parts.bandwidth.now() });
    wake();
  };

  /** Waits only once at a time, because the engine keeps every waiter until it is idle. */
  const wakeWhenIdle = () => {
    if (awaitsIdle || inEngine === 0) return;
    awaitsIdle = true;
    void engine.idle().then(() => {
      awaitsIdle = false;
      wake();
    });
  };

  const isRunning = () => {
    if (failure !== undefined) return false;
    return !isListed || (waiting.length + inEngine > 0 && !signedOut && !call.signal.aborted);
  };

  const unsubscribe = engine.subscribe(sweep);
  const stop = () => wake();
  call.signal.addEventListener("abort", stop, { once: true });
  const listing = list()
    .catch((thrown: unknown) => {
      failure = { thrown };
    })
    .finally(() => {
      isListed = true;
      wake();
    });
  try {
    while (isRunning()) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      wakeWhenIdle();
      if (ended.length === 0) await woken;
      sweep();
      yield* ended.splice(0);
    }
  } finally {
    isFinished = true;
    call.signal.removeEventListener("abort", stop);
    unsubscribe();
    ahead.end();
    await engine.stop();
    sweep();
    await listing;
  }
  yield* ended.splice(0);
  if (failure !== undefined) throw failure.thrown;
  call.signal.throwIfAborted();
}

/** The requests with each file once, however often it was named. */
export async function* withoutRepeats(
  requests: AsyncIterable<TransferRequest>,
): AsyncGenerator<TransferRequest> {
  const known = new Set<string>();
  for await (const request of requests) {
    const key = `${request.directory}\0${request.file.fileId}`;
    if (known.has(key)) continue;
    known.add(key);
    yield request;
  }
}

/** Files whose own address has expired do not concern the others. */
function isSignedOut({ error }: Transfer): boolean {
  return error?.kind === "sign-in" && error.reason !== "address-expired";
}

function isEnded({ state }: Transfer): boolean {
  return state === "saved" || state === "skipped" || state === "failed";
}
