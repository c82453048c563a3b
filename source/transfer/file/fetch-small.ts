import fs from "node:fs";
import { finished } from "node:stream/promises";
import { AppError, isAbort } from "../../base/errors.ts";
import { createAddress } from "../../objects/address.ts";
import { fetchingWords } from "../../objects/read-errors.ts";
import { type OpenObject, readObject } from "../../objects/read-object.ts";
import { createStallTimeout } from "../../objects/stall-timeout.ts";
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

interface WholeBody {
  bytes: number;
  chunks: Buffer[];
  letGo: OpenObject["letGo"];
}

/** The whole body; undefined if it did not come at once, or not with the size that the store announced. */
async function fetchWhole(
  file: TransferFile,
  { source, stallTimeoutMs }: FileContext,
  report: FileReport,
  signal: AbortSignal,
): Promise<WholeBody | undefined> {
  const read = {
    source,
    address: createAddress(source, file.fileId, signal),
    name: file.name,
    words: fetchingWords(file.name),
    stall: createStallTimeout(stallTimeoutMs, signal),
    received: report.received,
  };
  try {
    return await readObject(read, gather);
  } catch (thrown) {
    if (signal.aborted || isAbort(thrown)) throw thrown;
    if (thrown instanceof AppError && thrown.kind !== "service") throw thrown;
    return undefined;
  }
}

async function gather(object: OpenObject): Promise<WholeBody | undefined> {
  const { identity, letGo, receivedBytes, stream } = object;
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    // More than a small file has: the failure leads to the way for all files.
    if (receivedBytes() > smallBytes) stream.destroy();
  });
  stream.resume();
  await finished(stream);
  const bytes = receivedBytes();
  return bytes === (identity.bytes ?? bytes) ? { bytes, chunks, letGo } : undefined;
}
