import fs from "node:fs";
import { rename } from "node:fs/promises";
import { promisify } from "node:util";
import { AppError, isAbort } from "../errors.ts";
import { createCheck } from "./checks.ts";
import { closeFile, openFile, syncFile, writeAt } from "./disk.ts";
import type { TransferFile, TransferRequest } from "./engine.ts";
import type { Findings } from "./follow.ts";
import type { FileContext, FileOutcome, FileReport } from "./one-file.ts";
import type { PartPaths } from "./part-file.ts";
import { judge, questionsFor } from "./verdict.ts";
import { createWatchdog } from "./watchdog.ts";

/** What is no larger comes in one go: a journal would tell nothing, and a thread would cost more than it does. */
const smallBytes = 256 * 1024;

/** True for a file whose listed size is small, and that one look from its beginning to its end can verify. */
export function isSmall(file: TransferFile): boolean {
  const isZip = questionsFor(file).includes("zip");
  return file.bytes !== undefined && file.bytes > 0 && file.bytes <= smallBytes && !isZip;
}

/**
 * Fetches a small file by one request into memory, and saves it with few calls to the system.
 * Resolves with "wrong" where the bytes are, and with undefined where nothing came at once: then the
 * way for all files, with its retries, is to be gone. Rejects only with what the disk refuses, or with an AbortError.
 */
export async function saveSmallFile(
  { file, directory }: TransferRequest,
  path: string,
  paths: PartPaths,
  context: FileContext,
  report: FileReport,
  signal: AbortSignal,
): Promise<FileOutcome | "wrong" | undefined> {
  if (fs.existsSync(paths.part)) return undefined;
  const chunks = await fetchWhole(file, context, report, signal);
  if (chunks === undefined) return undefined;
  const sha256 = await verified(file, chunks);
  if (sha256 === undefined) return "wrong";
  // Never in this thread: while another file is synced, making one may wait for that.
  const fd = await openFile(paths.part, "wx");
  try {
    await writeFrom(fd, chunks, 0);
    await syncFile(fd);
  } catch (thrown) {
    fs.rmSync(paths.part, { force: true });
    throw thrown;
  } finally {
    await closeFile(fd);
  }
  await rename(paths.part, path);
  await context.syncDirectory(directory);
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  report.stored(bytes);
  return { state: "saved", path, bytes, sha256 };
}

const writeFrom = promisify(writeAt);

/** The whole body, where it has the listed size. */
async function fetchWhole(
  file: TransferFile,
  { source, stallTimeoutMs }: FileContext,
  report: FileReport,
  signal: AbortSignal,
): Promise<Buffer[] | undefined> {
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
    return bytes === (body.objectBytes ?? bytes) ? chunks : undefined;
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    if (thrown instanceof AppError && thrown.kind !== "service") throw thrown;
    if (isAbort(thrown) && !watchdog.barked()) throw thrown;
    return undefined;
  } finally {
    watchdog.leave();
  }
}

async function verified(file: TransferFile, chunks: Buffer[]): Promise<string | undefined> {
  if (chunks.reduce((sum, chunk) => sum + chunk.length, 0) !== file.bytes) return undefined;
  const findings: Findings = {};
  for (const name of questionsFor(file)) {
    if (name === "zip") return undefined;
    const check = createCheck(name);
    for (const chunk of chunks) await check.update(chunk);
    const found = await check.end();
    check.drop();
    if (found !== undefined) findings[name] = found;
  }
  try {
    return judge(file, findings);
  } catch {
    return undefined;
  }
}
