import { diskError } from "../../files/disk.ts";
import type { Address } from "../../objects/address.ts";
import type { Identity } from "../../objects/identity.ts";
import {
  brokenError,
  corruptError,
  fetchingWords,
  ObjectChanged,
  sizeError,
} from "../../objects/read-errors.ts";
import { type ObjectRead, type OpenObject, readObject } from "../../objects/read-object.ts";
import type { ByteRange } from "../../objects/source.ts";
import { createStallTimeout, type StallTimeout } from "../../objects/stall-timeout.ts";
import type { Share } from "../connections/connection-pool.ts";
import { land, WriteFailure } from "./body-writer.ts";
import type { Plan, Segment } from "./segment-plan.ts";
import type { FetchContext, FetchTask } from "./task.ts";

/** Stands for the end of an object whose size is not known. */
export const endless = Number.MAX_SAFE_INTEGER;

/** One object while it is fetched over several connections. */
export interface Fetching {
  task: FetchTask;
  context: FetchContext;
  share: Share;
  address: Address;
  plan: Plan;
  /** Size of the object, once known. */
  bytes: number | undefined;
  /** False where the size is not listed, and no answer announced it. */
  hasKnownSize: boolean;
  /** The tag that all parts must have, once known. */
  etag: string | undefined;
  /** An answer was accepted, or an earlier run had one. */
  confirmed: boolean;
  /** The server sends everything whatever is asked for: one connection has to do. */
  single: boolean;
  /** The segment whose answer goes on to the object's end, whatever the segment's end is. */
  whole: Segment | undefined;
  /** The requests that run. */
  requests: Map<Segment, { stall: StallTimeout; ended: Promise<void> }>;
  /** Body bytes so far. */
  fetchedBytes: number;
  signal: AbortSignal;
  gatherBytes(): number;
  aheadBytes(): number;
  /** The object is known: others can be asked for parts of it too. */
  began(): void;
  /** Bytes of a segment came. */
  arrived(segment: Segment): void;
}

/**
 * Fetches a segment by one request. Rejects with an AppError, with ObjectChanged, or an AbortError;
 * what had come is written then, and what did not is free again in the plan.
 */
export async function fetchSegment(fetching: Fetching, segment: Segment): Promise<void> {
  const { address, context, plan, requests, share, task } = fetching;
  const { name } = task.file;
  share.opened();
  const stall = createStallTimeout(context.stallTimeoutMs, fetching.signal);
  const read: ObjectRead = {
    source: context.source,
    address,
    name,
    words: fetchingWords(name),
    stall,
    range: rangeFor(fetching, segment),
    known: identityOf(fetching),
    received(bytes) {
      fetching.fetchedBytes += bytes;
      share.received(bytes);
      task.report.received(bytes);
    },
  };
  const running = readObject(read, async (object) => {
    share.answered(object.answerMs);
    // Its speed is that of its bytes, however far the store is.
    segment.beganAtMs = performance.now();
    if (await accept(fetching, segment, object)) await landSegment(fetching, segment, object);
  }).finally(() => {
    share.closed();
    requests.delete(segment);
    plan.end(segment);
    if (fetching.whole === segment) fetching.whole = undefined;
    if (fetching.single && fetching.whole !== undefined) plan.absorb(fetching.whole);
  });
  requests.set(segment, { stall, ended: running.catch(() => undefined) });
  await running;
}

function identityOf({ bytes, confirmed, etag }: Fetching): Identity {
  return confirmed ? { kind: "confirmed", bytes, etag } : { kind: "listed", bytes };
}

/** A whole object is asked for without a range: every server can do that. */
function rangeFor(fetching: Fetching, { first, end }: Segment): ByteRange | undefined {
  if (fetching.single || (first === 0 && end === fetching.bytes)) return undefined;
  return end === endless ? { first } : { first, last: end - 1 };
}

/** Learns from the first answer. False: the server sends everything again, and another request gets it already. */
async function accept(
  fetching: Fetching,
  segment: Segment,
  { identity, status }: OpenObject,
): Promise<boolean> {
  const { task, plan } = fetching;
  if (status === 200) {
    const isWhole = segment.first === 0 && segment.end === fetching.bytes;
    if (!isWhole && !(await goOnAlone(fetching, segment))) return false;
    fetching.whole = segment;
  }
  if (fetching.confirmed) return true;
  fetching.etag = identity.etag;
  fetching.bytes = identity.bytes;
  const { bytes, etag } = identity;
  if (bytes !== undefined) {
    fetching.hasKnownSize = true;
    plan.limit(bytes);
    await task.report.sized(bytes);
    beginJournal(task, bytes, etag);
  }
  fetching.confirmed = true;
  fetching.began();
  return true;
}

function beginJournal({ file, part }: FetchTask, bytes: number, etag: string | undefined): void {
  const { fileId, md5 } = file;
  const tags = { ...(etag === undefined ? {} : { etag }), ...(md5 === undefined ? {} : { md5 }) };
  try {
    part.begin({ version: 1, fileId, bytes, ...tags });
  } catch (thrown) {
    throw diskError(thrown, `Saving ${file.name}`);
  }
}

/** The server ignores ranges, so everything comes from one body. False: another one is that. */
async function goOnAlone(fetching: Fetching, segment: Segment): Promise<boolean> {
  fetching.single = true;
  if (fetching.whole !== undefined) return false;
  const others = [...fetching.requests].filter(([other]) => other !== segment);
  for (const [, { stall }] of others) stall.expire();
  await Promise.all(others.map(([, { ended }]) => ended));
  fetching.plan.absorb(segment);
  return true;
}

async function landSegment(
  fetching: Fetching,
  segment: Segment,
  object: OpenObject,
): Promise<void> {
  const { task, share, plan } = fetching;
  const { part, report } = task;
  const { bytes: listed, name } = task.file;
  const reached = await land(object.stream, {
    write: part.write,
    skip: segment.first - object.first,
    first: segment.first,
    end: () => segment.end,
    gatherBytes: fetching.gatherBytes,
    aheadBytes: fetching.aheadBytes,
    arrived(_, position) {
      segment.position = position;
      fetching.arrived(segment);
    },
    held: share.held,
    letGo: object.letGo,
    written(first, end) {
      part.written(first, end);
      report.stored(part.done().bytes());
      report.reached(part.done().prefixEnd());
    },
  }).catch((thrown) => {
    throw thrown instanceof WriteFailure ? diskError(thrown.cause, `Saving ${name}`) : thrown;
  });
  const receivedBytes = object.receivedBytes();
  if (object.status === 200 && receivedBytes > (fetching.bytes ?? endless)) {
    throw longerThan(fetching);
  }
  if (reached >= segment.end) return;
  if (segment.end !== endless) {
    if (object.isChunked && listed !== undefined) throw sizeError(name, receivedBytes, listed);
    throw brokenError(
      fetchingWords(name),
      `${segment.end - reached} bytes of the answer are missing`,
    );
  }
  fetching.bytes = reached;
  plan.limit(reached);
  await report.sized(reached);
}

/** Of a body that told no length: what is too much shows by coming. */
function longerThan({ task: { file } }: Fetching): Error {
  if (file.bytes === undefined) return new ObjectChanged();
  return corruptError(file.name, `it has more than the ${file.bytes} bytes that the service lists`);
}
