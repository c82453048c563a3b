import type { Bandwidth } from "../base/bandwidth.ts";
import { AppError } from "../base/errors.ts";
import { packingBytes, packingOf, peekBytes } from "../files/format-detection.ts";
import { createConnectionPool, usualConnections } from "../transfer/connections/connection-pool.ts";
import type { TransferFile } from "../transfer/engine.ts";
import { assertVerified, type Findings, type Verdict } from "../transfer/verify/checks.ts";
import { OrderedObject } from "./ordered-object.ts";
import type { ReadContext } from "./piece-requests.ts";
import { openStreamChecks, type StreamCheck } from "./stream-checks.ts";

interface StreamOptions {
  /** Streams what is inside a gzip file or a zip file of one entry. Other files stream as they are. */
  unpack: boolean;
  /** Also computes the SHA-256 of the file. */
  recordsSha256?: boolean;
  /** Takes the bytes in order; a piece may be reused once its promise resolves. */
  write: (piece: Buffer) => Promise<void>;
}

export interface FileStreams {
  /**
   * Streams a file over several connections and verifies it by the rules of a download. Resolves when
   * everything is written. Rejects with an AppError, of kind integrity if what was written is not what the
   * service has, or with an AbortError when the signal aborts.
   */
  stream(file: TransferFile, options: StreamOptions, signal: AbortSignal): Promise<Verdict>;
}

/** All files share at most `connections` connections. `bandwidth` is the rate limit of the source. */
export function createFileStreams(
  context: ReadContext,
  connections: number = usualConnections,
  bandwidth?: Pick<Bandwidth, "isReached" | "now">,
): FileStreams {
  const pool = createConnectionPool(connections, context.clock.nowMs, bandwidth);
  return {
    async stream(file, options, signal) {
      const object = new OrderedObject(file, { ...context, pool }, signal);
      try {
        return await streamObject(object, file, options);
      } catch (thrown) {
        throw asUnprinted(thrown, file.name);
      }
    },
  };
}

/** The advice of a download is about a file on disk. */
function asUnprinted(thrown: unknown, name: string): unknown {
  if (!(thrown instanceof AppError) || thrown.reason !== "damaged") return thrown;
  const advice =
    "Discard the output. Try again later; if it keeps happening, contact your LSEG representative.";
  return thrown.withFacts({ tried: `Reading ${name}`, advice });
}

async function streamObject(
  object: OrderedObject,
  file: TransferFile,
  { recordsSha256 = false, unpack, write }: StreamOptions,
): Promise<Verdict> {
  const chunks = object.read();
  let checks: readonly StreamCheck[] = [];
  try {
    const { head, all } = await peekBytes(chunks, packingBytes);
    const isUnpacked = unpack && packingOf(head) !== "plain";
    checks = await openStreamChecks(object, file, head, {
      take: isUnpacked ? write : undefined,
      recordsSha256,
    });
    for await (const chunk of all) {
      const updates = checks.map(({ check }) => check.update(chunk));
      await Promise.all([...updates, isUnpacked ? undefined : write(chunk)]);
    }
    const findings: Findings = {};
    for (const { check, name } of checks) {
      const found = await check.end();
      if (found !== undefined) findings[name] = found;
    }
    const names = checks.map(({ name }) => name);
    return assertVerified(file, {
      checks: names,
      findings,
      hasKnownSize: object.bytes !== undefined,
    });
  } finally {
    for (const { check } of checks) check.drop();
    await chunks.return(undefined);
  }
}
