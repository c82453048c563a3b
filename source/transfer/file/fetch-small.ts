import fs from "node:fs";
import { finished } from "node:stream/promises";
import { AppError, isAbort } from "../../base/errors.ts";
import { type OpenObject, readObject } from "../../objects/read-object.ts";
import type { FileOutcome } from "../events.ts";
import { smallBytes } from "../verify/checks.ts";
import type { Destination } from "./destination.ts";
import { createRead, type FileTask } from "./file-task.ts";

/**
 * Fetches a small file into memory with one request; a worker verifies and saves it. Resolves with "wrong"
 * for wrong bytes, and with undefined if the large-file path must take over: the request failed or the
 * name is taken. Rejects with disk errors or an AbortError.
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

/** Undefined if the request failed or the size differs from the announced one. */
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
    // The failure makes the large-file path fetch it.
    if (receivedBytes() > smallBytes) stream.destroy();
  });
  stream.resume();
  await finished(stream);
  const bytes = receivedBytes();
  return bytes === (identity.bytes ?? bytes) ? { bytes, chunks, release } : undefined;
}
