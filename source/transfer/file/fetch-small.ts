import fs from "node:fs";
import { finished } from "node:stream/promises";
import { AppError, isAbort } from "../../base/errors.ts";
import { type OpenObject, readObject } from "../../objects/read-object.ts";
import type { TransferFile } from "../engine.ts";
import type { FileOutcome } from "../events.ts";
import { smallBytes } from "../verify/small-files.ts";
import { selectChecks } from "../verify/verdict.ts";
import type { Destination } from "./destination.ts";
import { createRead, type FileTask } from "./file-task.ts";

/** True for a file whose listed size is small, and that can be verified from its beginning to its end. */
export function isSmall(file: TransferFile): boolean {
  const isZip = selectChecks(file).includes("zip");
  return file.bytes !== undefined && file.bytes > 0 && file.bytes <= smallBytes && !isZip;
}

/**
 * Fetches a small file by one request into memory, and lets a worker verify and save it. Resolves with
 * "wrong" if the bytes are, and with undefined if nothing came at once or something is in the way: then
 * it is to be fetched as a large one. Rejects only with what the disk refuses, or with an AbortError.
 */
export async function fetchSmallFile(
  task: FileTask,
  { path, fresh = false }: Destination,
): Promise<FileOutcome | "wrong" | undefined> {
  const { context, emit, signal } = task;
  const { bytes: listedBytes, md5, name } = task.request.file;
  const replaces = !fresh && fs.existsSync(path);
  const body = await context.pool.runOne(signal, () => fetchWhole(task));
  if (body === undefined) return undefined;
  const { bytes, chunks, release } = body;
  if (bytes !== listedBytes) return "wrong";
  emit({ kind: "verifying" });
  const saving = context.workers.save({ name, path, replaces, md5 }, chunks);
  for (const chunk of chunks) release(chunk);
  const outcome = await saving;
  if (outcome.kind === "failed") {
    const { code, message } = outcome;
    throw Object.assign(new Error(message), code === undefined ? {} : { code });
  }
  if (outcome.kind !== "saved") {
    emit({ kind: "downloading" });
    return outcome.kind === "wrong" ? "wrong" : undefined;
  }
  emit({ kind: "stored", bytes });
  const { kind: state, ...verdict } = outcome;
  return { state, path, bytes, ...verdict };
}

interface WholeBody {
  bytes: number;
  chunks: Buffer[];
  release: OpenObject["release"];
}

/** The whole body; undefined if it did not come at once, or not with the size that the store announced. */
async function fetchWhole(task: FileTask): Promise<WholeBody | undefined> {
  try {
    return await readObject(createRead(task), gather);
  } catch (thrown) {
    if (task.signal.aborted || isAbort(thrown)) throw thrown;
    if (thrown instanceof AppError && thrown.kind !== "service") throw thrown;
    return undefined;
  }
}

async function gather(object: OpenObject): Promise<WholeBody | undefined> {
  const { identity, release, receivedBytes, stream } = object;
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    // It has more than a small file has. The failure makes it be fetched as a large one.
    if (receivedBytes() > smallBytes) stream.destroy();
  });
  stream.resume();
  await finished(stream);
  const bytes = receivedBytes();
  return bytes === (identity.bytes ?? bytes) ? { bytes, chunks, release } : undefined;
}
