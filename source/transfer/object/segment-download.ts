import { WriteFailure } from "../../files/disk.ts";
import type { Address } from "../../objects/address.ts";
import {
  brokenError,
  ObjectChanged,
  RangesIgnored,
  requestFailure,
} from "../../objects/recovery.ts";
import { type ByteRange, type ObjectBody, onlyIf } from "../../objects/source.ts";
import { createWatchdog, type Watchdog } from "../../objects/stall-timeout.ts";
import type { Share } from "../connections/connection-pool.ts";
import { corruptError } from "../verify/verdict.ts";
import { land } from "./body-writer.ts";
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
  requests: Map<Segment, { watchdog: Watchdog; ended: Promise<void> }>;
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
  let leave: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    leave = resolve;
  });
  share.opened();
  const watchdog = createWatchdog(context.stallTimeoutMs, fetching.signal);
  try {
    const url = await address.get();
    watchdog.heard();
    requests.set(segment, { watchdog, ended });
    try {
      await request();
    } catch (thrown) {
      const { name } = task.file;
      const failure = requestFailure(thrown, name, watchdog, context.stallTimeoutMs);
      if (isRefusal(failure)) address.refused(url);
      throw failure;
    }

    async function request(): Promise<void> {
      const askedAtMs = performance.now();
      const body = await context.source.open({
        url,
        ...rangeFor(fetching, segment),
        ...onlyIf(fetching.etag),
        signal: watchdog.signal,
      });
      const answeredAtMs = performance.now();
      share.answered(answeredAtMs - askedAtMs);
      // Its speed is that of its bytes, however far the store is.
      segment.beganAtMs = answeredAtMs;
      try {
        await accept(fetching, segment, body);
      } catch (thrown) {
        body.stream.on("error", () => undefined).destroy();
        throw thrown;
      }
      await landSegment(fetching, segment, body, watchdog);
    }
  } finally {
    watchdog.leave();
    share.closed();
    requests.delete(segment);
    plan.end(segment);
    if (fetching.whole === segment) fetching.whole = undefined;
    if (fetching.single && fetching.whole !== undefined) plan.absorb(fetching.whole);
    leave();
  }
}

function isRefusal(failure: unknown): boolean {
  if (!(failure instanceof Error) || !("status" in failure)) return false;
  return failure.status === 400 || failure.status === 401 || failure.status === 403;
}

/** A whole object is asked for without a range: every server can do that. */
function rangeFor(fetching: Fetching, { first, end }: Segment): { range?: ByteRange } {
  if (fetching.single || (first === 0 && end === fetching.bytes)) return {};
  return { range: end === endless ? { first } : { first, last: end - 1 } };
}

/** Compares an answer with what is known, and learns from the first one. */
async function accept(fetching: Fetching, segment: Segment, body: ObjectBody): Promise<void> {
  const { task, plan } = fetching;
  const { file, report } = task;
  const { objectBytes, etag } = body;
  if (fetching.etag !== undefined && etag !== fetching.etag) throw new ObjectChanged();
  if (objectBytes !== undefined && objectBytes !== (fetching.bytes ?? objectBytes)) {
    if (fetching.confirmed) throw new ObjectChanged();
    throw sizeError(file.name, objectBytes, fetching.bytes);
  }
  if (body.first > segment.first || (body.status === 206 && body.first !== segment.first)) {
    throw brokenError(file.name, "the object store sent another part than was asked for");
  }
  if (body.status === 200 && (segment.first > 0 || segment.end !== fetching.bytes)) {
    await goOnAlone(fetching, segment);
  }
  if (body.status === 200) fetching.whole = segment;
  if (fetching.confirmed) return;
  fetching.etag = etag;
  fetching.bytes ??= objectBytes;
  const { bytes } = fetching;
  if (bytes !== undefined) {
    fetching.hasKnownSize = true;
    plan.limit(bytes);
    await report.sized(bytes);
    beginJournal(task, bytes, etag);
  }
  fetching.confirmed = true;
  fetching.began();
}

function beginJournal({ file, part }: FetchTask, bytes: number, etag: string | undefined): void {
  const { fileId, md5 } = file;
  const tags = { ...(etag === undefined ? {} : { etag }), ...(md5 === undefined ? {} : { md5 }) };
  try {
    part.begin({ version: 1, fileId, bytes, ...tags });
  } catch (thrown) {
    throw new WriteFailure("its journal could not be begun", { cause: thrown });
  }
}

/** The server ignores ranges: one body is the one that everything comes from; it was there before, or is this one. */
async function goOnAlone(fetching: Fetching, segment: Segment): Promise<void> {
  fetching.single = true;
  if (fetching.whole !== undefined) throw new RangesIgnored();
  const others = [...fetching.requests].filter(([other]) => other !== segment);
  for (const [, { watchdog }] of others) watchdog.giveUp();
  await Promise.all(others.map(([, { ended }]) => ended));
  fetching.plan.absorb(segment);
}

async function landSegment(
  fetching: Fetching,
  segment: Segment,
  body: ObjectBody,
  watchdog: Watchdog,
): Promise<void> {
  const { task, share, plan } = fetching;
  const { part, report } = task;
  let bodyBytes = 0;
  const reached = await land(body.stream, {
    write: part.write,
    skip: segment.first - body.first,
    first: segment.first,
    end: () => segment.end,
    gatherBytes: fetching.gatherBytes,
    aheadBytes: fetching.aheadBytes,
    arrived(bytes, position) {
      watchdog.heard();
      segment.position = position;
      segment.heardAtMs = performance.now();
      bodyBytes += bytes;
      fetching.fetchedBytes += bytes;
      share.received(bytes);
      report.received(bytes);
      fetching.arrived(segment);
    },
    held: share.held,
    letGo: body.letGo,
    written(first, end) {
      part.written(first, end);
      report.stored(part.done().bytes());
      report.reached(part.done().prefixEnd());
    },
  });
  if (body.status === 200 && bodyBytes > (fetching.bytes ?? endless)) throw longerThan(fetching);
  if (reached >= segment.end) return;
  if (segment.end !== endless) {
    const { bytes: listed, name } = task.file;
    if (body.isChunked && listed !== undefined) throw sizeError(name, bodyBytes, listed);
    throw brokenError(name, `${segment.end - reached} bytes of the answer are missing`);
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

function sizeError(name: string, bytes: number, listed: number | undefined): Error {
  return corruptError(name, `it has ${bytes} bytes, the service lists ${listed} bytes`);
}
