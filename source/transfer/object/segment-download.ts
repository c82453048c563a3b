import type { Clock } from "../../base/waiting.ts";
import { diskError, WriteFailure } from "../../files/disk.ts";
import type { FileSpace } from "../../files/free-space.ts";
import {
  type Address,
  type ConfirmedIdentity,
  createAddress,
  type ObjectRead,
  type OpenObject,
  readObject,
  StallTimeout,
  stallPatienceMs,
} from "../../objects/read-object.ts";
import {
  brokenError,
  corruptError,
  type DownloadRecovery,
  fetchingWords,
  ObjectChanged,
  sizeError,
} from "../../objects/recovery.ts";
import type { ObjectSource } from "../../objects/source.ts";
import type { ConnectionMeter, ConnectionPool } from "../connections/connection-pool.ts";
import type { TransferFile } from "../engine.ts";
import type { Emit } from "../events.ts";
import type { PartFile } from "../part-file/part-file.ts";
import type { Verifier } from "../verify/verification.ts";
import { type BodyFlow, type BodySink, writeBody } from "./body-writer.ts";
import { endless, type Segment } from "./segment-plan.ts";

export interface DownloadTask {
  file: TransferFile;
  part: PartFile;
  /** Identity of the object in the part file of an earlier run. */
  resumed: Omit<ConfirmedIdentity, "kind"> | undefined;
  space: FileSpace;
  verifier: Pick<Verifier, "advance">;
  emit: Emit;
}

export interface DownloadContext extends DownloadRecovery {
  source: ObjectSource;
  pool: ConnectionPool;
  stallTimeoutMs: number;
  clock: Clock;
}

/** The range and identity that one request asks for. */
interface SegmentRequest extends Pick<ObjectRead, "known" | "range"> {
  meter: ConnectionMeter;
}

const checkEveryMs = 1_000;

/** The running requests of one object. */
export class SegmentRequests {
  readonly #task: DownloadTask;
  readonly #context: DownloadContext;
  readonly #signal: AbortSignal;
  readonly #address: Address;
  readonly #ended: (segment: Segment) => void;
  readonly #running = new Map<Segment, { stall: StallTimeout; ended: Promise<void> }>();
  #receivedBytes = 0;

  /** `ended` is called with the segment of each request that has ended. */
  constructor(
    task: DownloadTask,
    context: DownloadContext,
    signal: AbortSignal,
    ended: (segment: Segment) => void,
  ) {
    this.#task = task;
    this.#context = context;
    this.#signal = signal;
    this.#address = createAddress(context.source, task.file.fileId, signal);
    this.#ended = ended;
  }

  /** Sends one request for a segment and lets `consume` read its answer. */
  send(
    segment: Segment,
    { known, meter, range }: SegmentRequest,
    consume: (object: OpenObject) => Promise<void>,
  ): Promise<void> {
    const { emit, file } = this.#task;
    const { clock, source, stallTimeoutMs } = this.#context;
    const stall = new StallTimeout(stallTimeoutMs, this.#signal);
    const read: ObjectRead = {
      source,
      address: this.#address,
      words: fetchingWords(file.name),
      stall,
      range,
      known,
      received: (bytes) => {
        this.#receivedBytes += bytes;
        meter.received(bytes);
        emit({ kind: "received", bytes });
      },
    };
    const fetched = readObject(read, async (object) => {
      meter.answered(object.answerMs);
      // Measure the speed from the first byte, so that latency does not count.
      segment.beganAtMs = clock.nowMs();
      await consume(object);
    }).finally(() => {
      this.#running.delete(segment);
      this.#ended(segment);
    });
    this.#running.set(segment, { stall, ended: fetched.catch(() => undefined) });
    return fetched;
  }

  /** Resolves when no request runs but that of `segment`. */
  async endOthers(segment: Segment): Promise<void> {
    const others = [...this.#running].filter(([other]) => other !== segment);
    for (const [, { stall }] of others) stall.expire();
    await Promise.all(others.map(([, { ended }]) => ended));
  }

  /** Ends silent requests while others receive bytes; returns a function that stops it. */
  detectStalls(): () => void {
    let bytesBefore = 0;
    const timer = setInterval(() => {
      const isMoving = this.#receivedBytes > bytesBefore;
      bytesBefore = this.#receivedBytes;
      if (!isMoving) return;
      const patienceMs = stallPatienceMs(this.#context.pool.answerMs());
      for (const { stall } of this.#running.values()) {
        if (stall.silentMs > Math.min(patienceMs, stall.timeoutMs)) stall.expire();
      }
    }, checkEveryMs);
    return () => clearInterval(timer);
  }
}

/**
 * Writes the body of a segment and resolves with the position reached; `objectBytes` is called after the
 * body ends. Rejects if the body is shorter than its segment, longer than the object, or not writable.
 */
export async function writeSegment(
  { file, part, emit, space, verifier }: DownloadTask,
  segment: Segment,
  object: OpenObject,
  objectBytes: () => number | undefined,
  flow: Omit<BodyFlow, "release" | "skip">,
): Promise<number> {
  const sink: BodySink = {
    write: part.write,
    written(first, end) {
      part.written(first, end);
      const bytes = part.done().bytes();
      emit({ kind: "stored", bytes });
      space.stored(bytes);
      verifier.advance(part.done().prefixEnd());
    },
  };
  const skip = segment.first - object.first;
  const reached = await writeBody(object.stream, sink, segment, {
    ...flow,
    skip,
    release: object.release,
  }).catch((thrown) => {
    throw thrown instanceof WriteFailure ? diskError(thrown.cause, `Saving ${file.name}`) : thrown;
  });
  checkEnd(file, segment, object, objectBytes() ?? endless, reached);
  return reached;
}

function checkEnd(
  { bytes: listedBytes, name }: TransferFile,
  segment: Segment,
  object: OpenObject,
  objectBytes: number,
  reached: number,
): void {
  const receivedBytes = object.receivedBytes();
  if (object.status === 200 && receivedBytes > objectBytes) {
    // Without an announced length only the extra bytes reveal a changed object.
    if (listedBytes === undefined) throw new ObjectChanged();
    throw corruptError(name, `it has more than the ${listedBytes} bytes that the service lists`);
  }
  if (reached >= segment.end || segment.end === endless) return;
  if (object.isChunked && listedBytes !== undefined) {
    throw sizeError(name, receivedBytes, listedBytes);
  }
  const missing = segment.end - reached;
  throw brokenError(fetchingWords(name), `${missing} bytes of the answer are missing`);
}

/** Makes the object resumable by a later run. */
export function beginJournal(
  { file, part }: DownloadTask,
  bytes: number,
  etag: string | undefined,
): void {
  const { fileId, md5, name } = file;
  try {
    part.begin({ version: 1, fileId, bytes, etag, md5 });
  } catch (thrown) {
    throw diskError(thrown, `Saving ${name}`);
  }
}
