import type { AppError } from "../../base/errors.ts";
import type { Transfer, TransferRequest, TransferState, VerifiedBy } from "../engine.ts";
import type { FileOutcome, PendingRetry, TransferEvent } from "../events.ts";

/** State of a transfer with its data. */
type Phase =
  | { state: "queued" | "paused" | "verifying" }
  | { state: "running"; retry?: PendingRetry | undefined }
  | { state: "saved"; sha256?: string | undefined; verifiedBy?: VerifiedBy | undefined }
  | { state: "skipped"; verifiedBy?: VerifiedBy | undefined }
  | { state: "failed"; error: AppError }
  | Cancelled;

interface Cancelled {
  state: "cancelled";
  /** Of a run that failed before. */
  error?: AppError | undefined;
  wasPaused: boolean;
  /** In milliseconds since 1970; undefined once the partial file is removed. */
  cancelledAtMs?: number | undefined;
}

interface MutableRecord {
  readonly id: string;
  request: TransferRequest;
  phase: Phase;
  path?: string | undefined;
  bytesDone: number;
  bytesTotal?: number | undefined;
  bytesFetched: number;
  /** Milliseconds of previous runs. */
  spentMs: number;
  /** Set during a run; an interrupted one takes a moment to end. */
  run?: Run | undefined;
}

interface Run {
  startedAtMs: number;
  heardAtMs: number;
  rate: Rate;
  /** Bytes in memory of a file that is written once it is complete. */
  bytesHeld?: number | undefined;
}

/** Only `apply` changes it. */
export type TransferRecord = Readonly<MutableRecord>;

type RecordEvent =
  /** The bytes of a whole file stay in memory until it is complete. */
  | { kind: "started"; isWhole?: boolean }
  | { kind: "interrupted"; state: "queued" | "paused" }
  | { kind: "cancelled"; atMs: number }
  /** The partial file of a cancelled transfer is removed. */
  | { kind: "discarded" }
  | { kind: "finished"; outcome: FileOutcome }
  | { kind: "failed"; error: AppError }
  /** The run ended, whatever the outcome. */
  | { kind: "stopped" }
  /** Requested again with this request. */
  | { kind: "requested"; request: TransferRequest }
  /** Changes to another folder, which has no part of it. */
  | { kind: "relocated"; directory: string }
  /** Queued as new, without the progress of the previous run. */
  | { kind: "requeued" };

export function createRecord(
  id: string,
  request: TransferRequest,
  state: "queued" | "paused",
  path?: string,
): TransferRecord {
  const phase: Phase = { state };
  const bytesTotal = request.file.bytes;
  return { id, request, phase, path, bytesDone: 0, bytesTotal, bytesFetched: 0, spentMs: 0 };
}

export function isActive(state: TransferState): boolean {
  return state === "running" || state === "verifying";
}

export function isOver(state: TransferState): boolean {
  return state === "saved" || state === "skipped" || state === "failed" || state === "cancelled";
}

export function mayBeCancelled(state: TransferState): boolean {
  return state === "failed" || !isOver(state);
}

/** The only place that changes a record; false if an event of an interrupted run was ignored. */
export function apply(
  record: MutableRecord,
  event: TransferEvent | RecordEvent,
  nowMs: number,
): boolean {
  switch (event.kind) {
    case "started":
      record.phase = { state: "running" };
      record.run = {
        startedAtMs: nowMs,
        heardAtMs: nowMs,
        rate: new Rate(nowMs),
        bytesHeld: event.isWhole ? 0 : undefined,
      };
      return true;
    case "interrupted":
      record.phase = { state: event.state };
      return true;
    case "cancelled":
      record.phase = cancelled(record.phase, event.atMs);
      return true;
    case "discarded":
      if (record.phase.state !== "cancelled") return false;
      record.phase = { ...record.phase, cancelledAtMs: undefined };
      record.bytesDone = 0;
      return true;
    case "finished":
      finish(record, event.outcome);
      return true;
    case "failed":
      record.phase = { state: "failed", error: event.error };
      return true;
    case "stopped":
      record.spentMs += record.run === undefined ? 0 : nowMs - record.run.startedAtMs;
      record.run = undefined;
      return true;
    case "requested":
      record.request = event.request;
      return true;
    case "relocated":
      record.request = { file: record.request.file, directory: event.directory };
      record.path = undefined;
      record.bytesDone = 0;
      return true;
    case "requeued":
      record.phase = { state: "queued" };
      record.bytesDone = 0;
      return true;
    default:
      if (!isActive(record.phase.state)) return false;
      applyProgress(record, event, nowMs);
      return true;
  }
}

function applyProgress(record: MutableRecord, event: TransferEvent, nowMs: number): void {
  switch (event.kind) {
    case "named":
      record.path = event.path;
      return;
    case "sized":
      record.bytesTotal = event.bytes;
      return;
    case "received":
      record.bytesFetched += event.bytes;
      record.run?.rate.add(event.bytes, nowMs);
      if (record.run?.bytesHeld !== undefined) record.run.bytesHeld += event.bytes;
      hear(record, nowMs);
      return;
    case "stored":
      record.bytesDone = event.bytes;
      if (record.run !== undefined) record.run.bytesHeld = undefined;
      return;
    case "retrying":
      if (record.run?.bytesHeld !== undefined) record.run.bytesHeld = 0;
      if (record.phase.state === "running") record.phase = { state: "running", retry: event.retry };
      return;
    case "verifying":
      record.phase = { state: "verifying" };
      return;
    case "downloading":
      record.phase = { state: "running" };
      hear(record, nowMs);
  }
}

function hear({ phase, run }: MutableRecord, nowMs: number): void {
  if (run !== undefined) run.heardAtMs = nowMs;
  if (phase.state === "running") phase.retry = undefined;
}

function cancelled(before: Phase, atMs: number): Phase {
  const error = before.state === "failed" ? before.error : undefined;
  return { state: "cancelled", error, wasPaused: before.state === "paused", cancelledAtMs: atMs };
}

function finish(record: MutableRecord, { path, bytes, ...phase }: FileOutcome): void {
  record.phase = phase;
  record.path = path;
  record.bytesDone = bytes;
  record.bytesTotal = bytes;
}

export function toTransfer(record: TransferRecord, nowMs: number): Transfer {
  const { bytesDone, bytesFetched, bytesTotal, id, path, phase, request, run, spentMs } = record;
  const active = isActive(phase.state) ? run : undefined;
  const bytesPerSecond = active?.rate.bytesPerSecond(nowMs) ?? 0;
  const bytesHeld = Math.min(active?.bytesHeld ?? 0, bytesTotal ?? Number.POSITIVE_INFINITY);
  const remainingBytes = bytesTotal === undefined ? undefined : bytesTotal - bytesDone - bytesHeld;
  const hasEstimate = remainingBytes !== undefined && bytesPerSecond > 0;
  return {
    id,
    file: request.file,
    directory: request.directory,
    path,
    bytesDone,
    bytesHeld,
    bytesTotal,
    bytesFetched,
    bytesPerSecond,
    secondsLeft: hasEstimate ? remainingBytes / bytesPerSecond : undefined,
    seconds: (spentMs + (run === undefined ? 0 : nowMs - run.startedAtMs)) / 1_000,
    ...shownPhase(record, nowMs),
  };
}

/** The rate covers the same span, so it is zero by then. */
const stalledAfterMs = 5_000;

function shownPhase(
  { phase, run }: TransferRecord,
  nowMs: number,
): Pick<Transfer, "error" | "retry" | "sha256" | "silentSeconds" | "state" | "verifiedBy"> {
  if (phase.state !== "running") return phase;
  const { retry, state } = phase;
  if (retry !== undefined) {
    const { atMs, attempt, error } = retry;
    const inSeconds = Math.max(0, Math.ceil((atMs - nowMs) / 1_000));
    return { state, retry: { error, attempt, inSeconds } };
  }
  const silentMs = run === undefined ? 0 : nowMs - run.heardAtMs;
  return silentMs < stalledAfterMs
    ? { state }
    : { state, silentSeconds: Math.floor(silentMs / 1_000) };
}

const spanMs = 5_000;
const bucketMs = 250;

/** Bytes per second over the last five seconds, or since `startMs` if that is less. */
class Rate {
  readonly #startMs: number;
  readonly #buckets: { atMs: number; bytes: number }[] = [];

  constructor(startMs: number) {
    this.#startMs = startMs;
  }

  add(bytes: number, nowMs: number): void {
    const newest = this.#recent(nowMs).at(-1);
    if (newest !== undefined && nowMs - newest.atMs < bucketMs) newest.bytes += bytes;
    else this.#buckets.push({ atMs: nowMs, bytes });
  }

  bytesPerSecond(nowMs: number): number {
    const bytes = this.#recent(nowMs).reduce((sum, bucket) => sum + bucket.bytes, 0);
    const elapsedMs = Math.min(spanMs, Math.max(nowMs - this.#startMs, bucketMs));
    return (bytes * 1_000) / elapsedMs;
  }

  #recent(nowMs: number): readonly { atMs: number; bytes: number }[] {
    const isOld = (bucket = this.#buckets[0]) => bucket && bucket.atMs <= nowMs - spanMs;
    while (isOld()) this.#buckets.shift();
    return this.#buckets;
  }
}
