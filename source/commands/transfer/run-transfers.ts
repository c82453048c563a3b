import type { Parts } from "../../app/compose.ts";
import { deferred } from "../../base/waiting.ts";
import { type AddressesAhead, createAddressesAhead } from "../../objects/addresses-ahead.ts";
import type { Transfer, TransferBatch, TransferRequest } from "../../transfer/engine.ts";
import type { Call } from "../console/call.ts";
import type { Progress } from "../console/progress.ts";
import type { OpenBatch } from "./destination.ts";

/** Keeps the engine's lists short however many files are requested. */
const mostInEngine = 512;

/**
 * Addresses of larger files are not requested ahead: the request takes little time compared with the
 * download, and the address would wait long before it is used.
 */
const aheadBytes = 8 * 1024 * 1024;

export interface RunOptions {
  progress: Progress;
  /** True by default. */
  recordsSha256?: boolean;
  openBatch: OpenBatch;
}

/**
 * Fetches files while others are still being looked up, and shows progress. Yields transfers in the order
 * in which they end, including failed ones; a file must not be requested again before it has ended. Stops
 * early if the session has ended. Throws what `requests` threw or an AbortError once the engine has stopped; a
 * later run resumes.
 */
export async function* runTransfers(
  requests: AsyncIterable<TransferRequest>,
  options: RunOptions,
  parts: Parts,
  call: Call,
): AsyncGenerator<Transfer> {
  const run = new TransferRun(options, parts, call);
  const listing = run.list(requests);
  try {
    while (run.isRunning) {
      await run.changed();
      yield* run.takeEnded();
    }
  } finally {
    await run.stop();
    await listing;
  }
  yield* run.takeEnded();
  run.throwIfFailed();
}

/** The requests before, in and after the engine. */
class TransferRun {
  readonly #progress: Progress;
  readonly #bandwidth: Parts["bandwidth"];
  readonly #signal: AbortSignal;
  readonly #ahead: AddressesAhead;
  readonly #engine: TransferBatch;
  readonly #unsubscribe: () => void;
  /** Requests that the engine does not have yet. */
  readonly #waiting: TransferRequest[] = [];
  /** Transfers that have left the engine and are not taken yet. */
  readonly #ended: Transfer[] = [];
  readonly #outside = {
    waiting: 0,
    waitingBytes: 0,
    done: 0,
    failed: 0,
    doneBytes: 0,
    endedBytes: 0,
  };
  #inEngine = 0;
  #isListed = false;
  /** What `requests` threw. */
  #failure: { thrown: unknown } | undefined;
  /** Without a session every other file would fail too, after its own token request. */
  #isSignedOut = false;
  #isStopped = false;
  #awaitsIdle = false;
  #change = deferred<void>();
  readonly #wake = () => this.#change.resolve();

  constructor({ openBatch, progress, recordsSha256 = true }: RunOptions, parts: Parts, call: Call) {
    this.#progress = progress;
    this.#bandwidth = parts.bandwidth;
    this.#signal = call.signal;
    this.#ahead = createAddressesAhead(parts.objects);
    this.#engine = openBatch({ ...parts, objects: this.#ahead.source }, call, recordsSha256);
    this.#unsubscribe = this.#engine.subscribe(() => this.#sweep());
    this.#signal.addEventListener("abort", this.#wake, { once: true });
  }

  /** Passes the requests to the engine, until the run ends. Does not reject. */
  async list(requests: AsyncIterable<TransferRequest>): Promise<void> {
    try {
      for await (const request of requests) {
        if (this.#isSignedOut || this.#isStopped) break;
        this.#waiting.push(request);
        this.#outside.waiting = this.#waiting.length;
        this.#outside.waitingBytes += request.file.bytes ?? 0;
        this.#feed();
      }
    } catch (thrown) {
      this.#failure = { thrown };
    } finally {
      this.#isListed = true;
      this.#wake();
    }
  }

  get isRunning(): boolean {
    if (this.#failure !== undefined) return false;
    if (!this.#isListed) return true;
    const hasMore = this.#waiting.length + this.#inEngine > 0;
    return hasMore && !this.#isSignedOut && !this.#signal.aborted;
  }

  /** Resolves when a transfer has ended, or nothing more will. */
  async changed(): Promise<void> {
    this.#change = deferred();
    this.#wakeWhenIdle();
    if (this.#ended.length === 0) await this.#change.promise;
    this.#sweep();
  }

  takeEnded(): Transfer[] {
    return this.#ended.splice(0);
  }

  /** Resolves when the engine has stopped. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#signal.removeEventListener("abort", this.#wake);
    this.#unsubscribe();
    this.#ahead.end();
    await this.#engine.stop();
    this.#sweep();
  }

  throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure.thrown;
    this.#signal.throwIfAborted();
  }

  #feed(): void {
    const room = Math.min(this.#waiting.length, mostInEngine - this.#inEngine);
    if (room <= 0 || this.#isSignedOut || this.#signal.aborted) return;
    const next = this.#waiting.splice(0, room);
    this.#outside.waiting = this.#waiting.length;
    for (const { file } of next) this.#outside.waitingBytes -= file.bytes ?? 0;
    this.#inEngine += next.length;
    this.#engine.add(next);
    const small = next.filter(({ file: { bytes } }) => bytes !== undefined && bytes <= aheadBytes);
    this.#ahead.expect(small.map(({ file }) => file.fileId));
  }

  /** Takes the transfers that have ended out of the engine, which makes room for others. */
  #sweep(): void {
    const swept = this.#engine.snapshot().transfers.filter(isEnded);
    for (const transfer of swept) this.#count(transfer);
    this.#ended.push(...swept);
    if (swept.length > 0) this.#engine.clearEnded();
    this.#feed();
    const limit = this.#bandwidth.now();
    this.#progress.show({ ...this.#engine.snapshot(), outside: this.#outside, limit });
    this.#wake();
  }

  #count(transfer: Transfer): void {
    this.#inEngine -= 1;
    this.#ahead.drop(transfer.file.fileId);
    this.#isSignedOut ||= isSignedOut(transfer);
    this.#outside[transfer.state === "failed" ? "failed" : "done"] += 1;
    this.#outside.doneBytes += transfer.bytesDone;
    this.#outside.endedBytes += transfer.bytesTotal ?? transfer.bytesDone;
  }

  /** Waits only once at a time, because the engine keeps every waiter until it is idle. */
  #wakeWhenIdle(): void {
    if (this.#awaitsIdle || this.#inEngine === 0) return;
    this.#awaitsIdle = true;
    void this.#engine.idle().then(() => {
      this.#awaitsIdle = false;
      this.#wake();
    });
  }
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
