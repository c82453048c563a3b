import fs from "node:fs";
import { finished } from "node:stream/promises";
import { AppError, isAbort } from "../../base/errors.ts";
import { type OpenObject, readObject } from "../../objects/read-object.ts";
import type { FileOutcome } from "../events.ts";
import { selectChecks } from "../verify/checks.ts";
import type { SettledPath } from "./destination.ts";
import { createRead, type FileTask } from "./file-task.ts";

/**
 * Fetches a file of listed size into memory with one request; a worker verifies and saves it. Resolves with
 * "wrong" for wrong bytes, and with undefined if the large-file path must take over: the request failed or
 * the name is taken. Rejects with disk errors or an AbortError.
 */
export async function fetchSmallFile(
  task: FileTask,
  { path, fresh = false }: SettledPath,
): Promise<FileOutcome | "wrong" | undefined> {
  const { context, emit } = task;
  const { file } = task.request;
  const { bytes: listedBytes = 0, md5, name } = file;
  const replaces = !fresh && fs.existsSync(path);
  const body = context.bodies.acquire(listedBytes);
  try {
    const result = await fetchInto(body.bytes, task);
    if (result !== "whole") return result;
    emit({ kind: "verifying" });
    const checks = selectChecks(file, context.recordsSha256);
    const order = { name, path, replaces, md5, checks };
    const outcome = await context.workers.save(order, body.bytes);
    if (outcome.kind === "failed") {
      const { code, message } = outcome;
      throw Object.assign(new Error(message), code === undefined ? {} : { code });
    }
    if (outcome.kind !== "saved") {
      emit({ kind: "downloading" });
      return outcome.kind === "wrong" ? "wrong" : undefined;
    }
    emit({ kind: "stored", bytes: listedBytes });
    const { kind: state, ...verdict } = outcome;
    return { state, path, bytes: listedBytes, ...verdict };
  } finally {
    body.release();
  }
}

/** "wrong" if the bytes are not as many as listed, undefined if the request failed. */
async function fetchInto(
  memory: Uint8Array,
  task: FileTask,
): Promise<"whole" | "wrong" | undefined> {
  const { context, signal } = task;
  try {
    return await context.pool.runOne(signal, (meter) => {
      const read = createRead(task);
      const received = (bytes: number) => {
        read.received?.(bytes);
        meter.received(bytes);
      };
      return readObject({ ...read, received }, (object) => copyInto(memory, object));
    });
  } catch (thrown) {
    if (signal.aborted || isAbort(thrown)) throw thrown;
    if (thrown instanceof AppError && thrown.kind !== "service") throw thrown;
    return undefined;
  }
}

async function copyInto(
  memory: Uint8Array,
  { identity, release, stream }: OpenObject,
): Promise<"whole" | "wrong" | undefined> {
  if ((identity.bytes ?? memory.length) !== memory.length) return "wrong";
  let bytes = 0;
  stream.on("data", (chunk: Buffer) => {
    if (bytes + chunk.length > memory.length) {
      // The failure makes the large-file path fetch it. Without an error a stream that was destroyed after its
      // last byte would count as finished.
      stream.destroy(new Error("the answer is longer than the file"));
      return;
    }
    memory.set(chunk, bytes);
    bytes += chunk.length;
    release(chunk);
  });
  stream.resume();
  await finished(stream);
  if (bytes === memory.length) return "whole";
  return identity.bytes === undefined ? "wrong" : undefined;
}
