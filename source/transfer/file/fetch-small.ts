import fs from "node:fs";
import { finished } from "node:stream/promises";
import { AppError, isAbort } from "../../base/errors.ts";
import { takeLock } from "../../files/lock.ts";
import { type ConfirmedIdentity, type OpenObject, readObject } from "../../objects/read-object.ts";
import type { FileOutcome } from "../events.ts";
import { openPartFile, type PartPaths } from "../part-file/part-file.ts";
import { selectChecks } from "../verify/checks.ts";
import type { Destination } from "./destination.ts";
import { createRead, type FileTask } from "./file-task.ts";

/**
 * Fetches a file of listed size into memory with one request; a worker verifies and saves it. Resolves with
 * "wrong" for wrong bytes, and with undefined if the large-file path must take over: the request failed or
 * the name is taken. Rejects with disk errors or an AbortError. What has arrived is kept in a part file then.
 */
export async function fetchSmallFile(
  task: FileTask,
  { path, fresh = false }: Destination,
  paths: PartPaths,
): Promise<FileOutcome | "wrong" | undefined> {
  const { context, emit } = task;
  const { file } = task.request;
  const { bytes: listedBytes = 0, md5, name } = file;
  const replaces = !fresh && fs.existsSync(path);
  const body = context.bodies.acquire(listedBytes);
  try {
    const arrival: Arrival = { memory: body.bytes, bytes: 0, identity: undefined };
    const result = await fetchInto(arrival, task, paths);
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

/** What has come of an object, from its beginning. */
interface Arrival {
  memory: Uint8Array;
  bytes: number;
  /** Known when the answer begins. */
  identity: ConfirmedIdentity | undefined;
}

/** "wrong" if the bytes are not as many as listed, undefined if the request failed. */
async function fetchInto(
  arrival: Arrival,
  task: FileTask,
  paths: PartPaths,
): Promise<"whole" | "wrong" | undefined> {
  const { context, signal } = task;
  try {
    return await context.pool.runOne(signal, (meter) => {
      const read = createRead(task);
      const received = (bytes: number) => {
        read.received?.(bytes);
        meter.received(bytes);
      };
      return readObject({ ...read, received }, (object) => copyInto(arrival, object));
    });
  } catch (thrown) {
    await keepArrived(arrival, task, paths).catch(() => undefined);
    if (signal.aborted || isAbort(thrown)) throw thrown;
    if (thrown instanceof AppError && thrown.kind !== "service") throw thrown;
    return undefined;
  }
}

async function copyInto(
  arrival: Arrival,
  { identity, release, stream }: OpenObject,
): Promise<"whole" | "wrong" | undefined> {
  const { memory } = arrival;
  if ((identity.bytes ?? memory.length) !== memory.length) return "wrong";
  arrival.identity = identity;
  stream.on("data", (chunk: Buffer) => {
    if (arrival.bytes + chunk.length > memory.length) {
      // The failure makes the large-file path fetch it.
      stream.destroy();
      return;
    }
    memory.set(chunk, arrival.bytes);
    arrival.bytes += chunk.length;
    release(chunk);
  });
  stream.resume();
  await finished(stream);
  if (arrival.bytes === memory.length) return "whole";
  return identity.bytes === undefined ? "wrong" : undefined;
}

/** Writes what has arrived to a part file, so that the large-file path or a later run continues there. */
async function keepArrived(
  { bytes, identity, memory }: Arrival,
  { context, request }: FileTask,
  paths: PartPaths,
): Promise<void> {
  const { fileId, md5, name } = request.file;
  if (bytes === 0 || identity?.bytes !== memory.length) return;
  const lock = await takeLock(paths.lock, name);
  try {
    if (fs.existsSync(paths.part)) return;
    const part = await openPartFile(paths, context.boot, undefined);
    try {
      part.begin({ version: 1, fileId, bytes: identity.bytes, etag: identity.etag, md5 });
      await new Promise<void>((resolve, reject) => {
        const chunk = Buffer.from(memory.subarray(0, bytes));
        part.write([chunk], 0, (error) => (error ? reject(error) : resolve()));
      });
      part.written(0, bytes);
    } finally {
      await part.close();
    }
  } finally {
    await lock.release();
  }
}
