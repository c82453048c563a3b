import fs from "node:fs";
import { AppError, isAbort } from "../errors.ts";
import type { TransferFile, TransferRequest } from "./engine.ts";
import type { FileContext, FileOutcome, FileReport } from "./one-file.ts";
import { questionsFor } from "./verdict.ts";
import { createWatchdog } from "./watchdog.ts";

/** What is no larger comes in one go: a journal would tell nothing, and a thread would cost more than it does. */
const smallBytes = 256 * 1024;

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
  path: string,
  context: FileContext,
  report: FileReport,
  signal: AbortSignal,
): Promise<FileOutcome | "wrong" | undefined> {
  const replaces = fs.existsSync(path);
  const bytes = await fetchWhole(file, context, report, signal);
  if (bytes === undefined) return undefined;
  // The thread that saves it takes the memory along.
  const { length } = bytes;
  if (length !== file.bytes) return "wrong";
  const outcome = await context.followers.save({
    name: file.name,
    ...(file.md5 === undefined ? {} : { md5: file.md5 }),
    path,
    replaces,
    bytes,
  });
  if (outcome.kind === "failed") {
    const { code, message } = outcome;
    throw Object.assign(new Error(message), code === undefined ? {} : { code });
  }
  if (outcome.kind === "wrong") return "wrong";
  if (outcome.kind === "taken") return undefined;
  report.stored(length);
  return { state: "saved", path, bytes: length, sha256: outcome.sha256 };
}

/** The whole body, where it has the listed size. */
async function fetchWhole(
  file: TransferFile,
  { source, stallTimeoutMs }: FileContext,
  report: FileReport,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const watchdog = createWatchdog(stallTimeoutMs, signal);
  try {
    const url = await source.locate(file.fileId, watchdog.signal);
    const body = await source.open({ url, signal: watchdog.signal });
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of body.stream) {
      if (!Buffer.isBuffer(chunk)) return undefined;
      watchdog.heard();
      report.received(chunk.length);
      bytes += chunk.length;
      if (bytes > smallBytes) return undefined;
      chunks.push(chunk);
    }
    return bytes === (body.objectBytes ?? bytes) ? joined(chunks, bytes) : undefined;
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    if (thrown instanceof AppError && thrown.kind !== "service") throw thrown;
    if (isAbort(thrown) && !watchdog.barked()) throw thrown;
    return undefined;
  } finally {
    watchdog.leave();
  }
}

/** In memory of its own, which another thread may have whole. */
function joined(chunks: readonly Buffer[], bytes: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
