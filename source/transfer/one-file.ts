import fs from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { AppError, isAbort } from "../errors.ts";
import type { Secret } from "../secret.ts";
import { backoffMs } from "./backoff.ts";
import type { Destinations } from "./destination.ts";
import { closeFile, diskError, openFile, syncDirectory, syncFile } from "./disk.ts";
import type { TransferFile, TransferRequest } from "./engine.ts";
import { remedyFor } from "./failure.ts";
import { land, WriteFailure } from "./land.ts";
import type { ObjectBody, ObjectSource } from "./object-source.ts";
import { corruptError, digestFile, verify } from "./verify.ts";
import { createWatchdog, silenceError } from "./watchdog.ts";

/** What a file's fetching needs; the same for all files. */
export interface FileContext {
  source: ObjectSource;
  destinations: Destinations;
  retryDelayMs: number;
  stallTimeoutMs: number;
  random(): number;
}

/** What a file's fetching tells while it goes on. */
export interface FileReport {
  settled(path: string): void;
  sized(bytes: number): void;
  /** Body bytes came. */
  received(bytes: number): void;
  /** So many bytes of the file are on disk now. */
  stored(bytes: number): void;
  waiting(words: string | undefined): void;
  verifying(): void;
  /** It fetches again after verifying. */
  fetching(): void;
}

export interface FileOutcome {
  state: "saved" | "skipped";
  path: string;
  bytes: number;
  sha256?: string;
}

const gatherBytes = 1024 * 1024;
const tries = 6;
const longestDelayMs = 60_000;

/**
 * Fetches one file: skips it where it stands complete, else fetches, verifies and renames it.
 * Rejects with an AppError, or with an AbortError when the signal aborts; the partial file stays then.
 */
export async function fetchFile(
  request: TransferRequest,
  context: FileContext,
  report: FileReport,
  signal: AbortSignal,
): Promise<FileOutcome> {
  const { file, directory } = request;
  try {
    await fs.mkdir(directory, { recursive: true });
    const destination = await context.destinations.settle(request, async (path, bytes) => {
      if (file.bytes !== undefined && bytes !== file.bytes) return false;
      if (file.bytes === undefined && file.md5 === undefined) return false;
      if (file.md5 === undefined) return true;
      report.verifying();
      return (await digestFile(path, true, signal)).md5 === file.md5;
    });
    report.settled(destination.path);
    if (destination.present) {
      const { size: bytes } = await fs.stat(destination.path);
      return { state: "skipped", path: destination.path, bytes };
    }
    const { path, partPath } = destination;
    for (let round = 1; ; round += 1) {
      try {
        const bytes = await fetchBytes(request, partPath, context, report, signal);
        report.verifying();
        const sha256 = await verify(file, partPath, signal);
        const fd = await openFile(partPath, "r+");
        await syncFile(fd).finally(() => closeFile(fd));
        await fs.rename(partPath, path);
        await syncDirectory(directory);
        return { state: "saved", path, bytes, sha256 };
      } catch (thrown) {
        if (!(thrown instanceof AppError) || thrown.kind !== "integrity") throw thrown;
        await fs.rm(partPath, { force: true });
        if (round === 2) throw thrown;
        report.fetching();
      }
    }
  } catch (thrown) {
    if (signal.aborted || thrown instanceof AppError) throw thrown;
    throw diskError(thrown, `Saving ${file.name} in ${directory}`);
  }
}

async function fetchBytes(
  { file }: TransferRequest,
  partPath: string,
  context: FileContext,
  report: FileReport,
  signal: AbortSignal,
): Promise<number> {
  const fd = await openFile(partPath, "w");
  let address: Secret | undefined;
  try {
    for (let attempt = 1; ; attempt += 1) {
      try {
        address ??= await context.source.locate(file.fileId, signal);
        return await receive(address, fd);
      } catch (thrown) {
        if (!(thrown instanceof AppError) || attempt >= tries || signal.aborted) throw thrown;
        const remedy = remedyFor(thrown);
        if (remedy === "final") throw thrown;
        if (remedy === "fresh-address") address = undefined;
        const delayMs = backoffMs(
          attempt,
          { firstDelayMs: remedy === "wait" ? context.retryDelayMs : 200, longestDelayMs },
          context.random(),
          thrown.retryAfterMs,
        );
        report.waiting(`${thrown.answered}; next try in ${Math.ceil(delayMs / 1_000)} s`);
        await wait(delayMs, undefined, { signal });
        report.waiting(undefined);
      }
    }
  } finally {
    await closeFile(fd);
  }

  async function receive(url: Secret, fd: number): Promise<number> {
    const watchdog = createWatchdog(context.stallTimeoutMs, signal);
    report.stored(0);
    try {
      const body = await context.source.open({ url, signal: watchdog.signal });
      const reached = await landWhole(body, fd, watchdog.heard);
      checkSize(file, body, reached);
      return reached;
    } catch (thrown) {
      if (watchdog.barked()) throw silenceError(`Fetching ${file.name}`, context.stallTimeoutMs);
      throw bodyError(thrown, file.name, partPath);
    } finally {
      watchdog.leave();
    }
  }

  function landWhole(body: ObjectBody, fd: number, heard: () => void): Promise<number> {
    let stored = 0;
    const expected = body.objectBytes ?? file.bytes;
    if (expected !== undefined) report.sized(expected);
    return land(body.stream, {
      fd,
      first: 0,
      end: () => Number.POSITIVE_INFINITY,
      gatherBytes,
      arrived(bytes) {
        heard();
        report.received(bytes);
      },
      written(_, bytes) {
        stored += bytes;
        report.stored(stored);
      },
    });
  }
}

/** Compares what arrived with what the store told and what the service lists. */
function checkSize(file: TransferFile, { objectBytes }: ObjectBody, reached: number): void {
  if (objectBytes !== undefined && reached !== objectBytes) {
    throw networkError(file.name, `${reached} of ${objectBytes} bytes arrived`);
  }
  if (file.bytes !== undefined && reached !== file.bytes) {
    throw corruptError(file.name, `it has ${reached} bytes, the service lists ${file.bytes} bytes`);
  }
}

function bodyError(thrown: unknown, name: string, partPath: string): unknown {
  if (thrown instanceof AppError || isAbort(thrown)) return thrown;
  if (thrown instanceof WriteFailure) return diskError(thrown.cause, `Writing ${partPath}`);
  return networkError(name, thrown instanceof Error ? thrown.message : String(thrown), thrown);
}

function networkError(name: string, answered: string, cause?: unknown): AppError {
  return new AppError({
    kind: "service",
    tried: `Fetching ${name}`,
    answered,
    advice: "Check the network, then start it again.",
    code: "network",
    cause,
  });
}
