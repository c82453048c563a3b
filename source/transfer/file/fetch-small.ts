import fs from "node:fs";
import { finished } from "node:stream/promises";
import { AppError, isAbort } from "../../base/errors.ts";
import { type OpenObject, readObject } from "../../objects/read-object.ts";
import type { FileOutcome } from "../events.ts";
import type { Destination } from "./destination.ts";
import { createRead, type FileTask } from "./file-task.ts";

/**
 * Fetches a file of listed size into memory with one request; a worker verifies and saves it. Resolves with
 * "wrong" for wrong bytes, and with undefined if the large-file path must take over: the request failed or
 * the name is taken. Rejects with disk errors or an AbortError.
 */
export async function fetchSmallFile(
  task: FileTask,
  { path, fresh = false }: Destination,
): Promise<FileOutcome | "wrong" | undefined> {
  const { context, emit, signal } = task;
  const { bytes: listedBytes = 0, md5, name } = task.request.file;
  const replaces = !fresh && fs.existsSync(path);
  const body = context.bodies.acquire(listedBytes);
  try {
    const bytes = await context.pool.runOne(signal, (meter) =>
      fetchInto(body.bytes, task, meter.received),
    );
    if (bytes === undefined) return undefined;
    if (bytes !== listedBytes) return "wrong";
    emit({ kind: "verifying" });
    const outcome = await context.workers.save({ name, path, replaces, md5 }, body.bytes);
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
  } finally {
    body.release();
  }
}

/** Resolves with the bytes received; undefined if the request failed or they are not those announced. */
async function fetchInto(
  memory: Uint8Array,
  task: FileTask,
  received: (bytes: number) => void,
): Promise<number | undefined> {
  const read = createRead(task);
  const count = (bytes: number) => {
    read.received?.(bytes);
    received(bytes);
  };
  try {
    return await readObject({ ...read, received: count }, (object) => copyInto(memory, object));
  } catch (thrown) {
    if (task.signal.aborted || isAbort(thrown)) throw thrown;
    if (thrown instanceof AppError && thrown.kind !== "service") throw thrown;
    return undefined;
  }
}

async function copyInto(memory: Uint8Array, object: OpenObject): Promise<number | undefined> {
  const { identity, release, stream } = object;
  let bytes = 0;
  stream.on("data", (chunk: Buffer) => {
    if (bytes + chunk.length > memory.length) {
      // The failure makes the large-file path fetch it.
      stream.destroy();
      return;
    }
    memory.set(chunk, bytes);
    bytes += chunk.length;
    release(chunk);
  });
  stream.resume();
  await finished(stream);
  return bytes === (identity.bytes ?? bytes) ? bytes : undefined;
}
