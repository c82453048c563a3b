import fs from "node:fs";
import type { Readable } from "node:stream";
import { AppError, isAbort } from "../../base/errors.ts";
import type { ObjectBody } from "../../objects/source.ts";
import { createWatchdog, type Watchdog } from "../../objects/stall-timeout.ts";
import type { TransferFile, TransferRequest } from "../engine.ts";
import { smallBytes } from "../verify/small-files.ts";
import { questionsFor } from "../verify/verdict.ts";
import type { Destination } from "./destination.ts";
import type { FileContext, FileOutcome, FileReport } from "./file-task.ts";

/** True for a file whose listed size is small, and that one look from its beginning to its end can verify. */
export function isSmall(file: TransferFile): boolean {
  const isZip = questionsFor(file).includes("zip");
  return file.bytes !== undefined && file.bytes > 0 && file.bytes <= smallBytes && !isZip;
}

/**
 * Fetches a small file by one request into memory, and lets it be saved. Resolves with "wrong" where
 * the bytes are, and with undefined where nothing came at once or something is in the way: then the
 * way for all files is to be gone. Rejects only with what the disk refuses, or with an AbortError.
 */
export async function saveSmallFile(
  { file }: TransferRequest,
  { path, fresh = false }: Destination,
  context: FileContext,
  report: FileReport,
  signal: AbortSignal,
): Promise<FileOutcome | "wrong" | undefined> {
  const replaces = !fresh && fs.existsSync(path);
  const body = await context.lanes.within(signal, () => fetchWhole(file, context, report, signal));
  if (body === undefined) return undefined;
  const { bytes, chunks, letGo } = body;
  if (bytes !== file.bytes) return "wrong";
  report.verifying();
  const { name, md5 } = file;
  const order = { name, path, replaces, ...(md5 === undefined ? {} : { md5 }) };
  const saving = context.followers.save(order, chunks);
  for (const chunk of chunks) letGo(chunk);
  const outcome = await saving;
  if (outcome.kind === "failed") {
    const { code, message } = outcome;
    throw Object.assign(new Error(message), code === undefined ? {} : { code });
  }
  if (outcome.kind !== "saved") {
    report.fetching();
    return outcome.kind === "wrong" ? "wrong" : undefined;
  }
  report.stored(bytes);
  const { kind: state, ...verdict } = outcome;
  return { state, path, bytes, ...verdict };
}

interface WholeBody extends Pick<ObjectBody, "letGo"> {
  bytes: number;
  chunks: Buffer[];
}

/** The whole body, where it has the size that the store told. */
async function fetchWhole(
  file: TransferFile,
  { source, stallTimeoutMs }: FileContext,
  report: FileReport,
  signal: AbortSignal,
): Promise<WholeBody | undefined> {
  const watchdog = createWatchdog(stallTimeoutMs, signal);
  try {
    const url = await source.locate(file.fileId, watchdog.signal);
    const { stream, objectBytes, letGo } = await source.open({ url, signal: watchdog.signal });
    const gathered = await gather(stream, watchdog, report);
    const body = gathered && { ...gathered, letGo };
    return body?.bytes === (objectBytes ?? body?.bytes) ? body : undefined;
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    if (thrown instanceof AppError && thrown.kind !== "service") throw thrown;
    if (isAbort(thrown) && !watchdog.barked()) throw thrown;
    return undefined;
  } finally {
    watchdog.leave();
  }
}

/** What a stream gives until its end; undefined where that is more than a small file has. */
function gather(
  stream: Readable,
  watchdog: Watchdog,
  report: FileReport,
): Promise<Omit<WholeBody, "letGo"> | undefined> {
  return new Promise((resolve, reject) => {
    const body: Omit<WholeBody, "letGo"> = { bytes: 0, chunks: [] };
    if (stream.destroyed) reject(stream.errored ?? new Error("the answer broke off"));
    stream.on("data", (chunk: Buffer) => {
      watchdog.heard();
      report.received(chunk.length);
      body.bytes += chunk.length;
      body.chunks.push(chunk);
      if (body.bytes <= smallBytes) return;
      resolve(undefined);
      stream.destroy();
    });
    stream.on("end", () => resolve(body));
    stream.on("error", reject);
    stream.on("close", () => reject(new Error("the answer broke off")));
    stream.resume();
  });
}
