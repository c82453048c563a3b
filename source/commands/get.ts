import { resolve } from "node:path";
import type { FileStore } from "../api/service.ts";
import { composeTransfers, type Parts } from "../compose.ts";
import { AppError } from "../errors.ts";
import type { Transfer, TransferFile } from "../transfer/engine.ts";
import type { Call, CommonOptions } from "./call.ts";
import { createOutput } from "./output.ts";
import { showProgress } from "./progress.ts";
import { withSession } from "./signed-in.ts";

export interface GetOptions extends CommonOptions {
  output?: string;
  overwrite?: boolean;
}

/** `cfs get ID…`: files, and all files of file sets. Rejects with the first failure after all have ended. */
export function get(ids: readonly string[], options: GetOptions, call: Call): Promise<void> {
  return withSession(call, async (parts) => {
    const found: TransferFile[] = [];
    for (const id of ids) found.push(...(await findFiles(parts.fileStore, id, call.signal)));
    const failed = await fetchAll(parts, found, options, call);
    if (failed !== undefined) throw failed;
  });
}

async function fetchAll(
  parts: Parts,
  files: readonly TransferFile[],
  options: GetOptions,
  call: Call,
): Promise<AppError | undefined> {
  const engine = composeTransfers(call.environment, parts, { keepsQueue: false });
  const output = createOutput(call.stdout);
  const told = new Set<string>();
  const tellEnded = () => {
    for (const transfer of engine.snapshot().transfers) {
      if (told.has(transfer.id) || !isEnded(transfer)) continue;
      told.add(transfer.id);
      if (options.json) output.json(toRecord(transfer));
      else if (transfer.state !== "failed") output.line(transfer.path ?? transfer.file.name);
    }
  };
  const unsubscribe = engine.subscribe(tellEnded);
  const hideProgress = showProgress(engine, call.stderr);
  const stop = () => void engine.stop();
  call.signal.addEventListener("abort", stop, { once: true });
  try {
    const directory = resolve(options.output ?? ".");
    engine.add(files.map((file) => ({ file, directory, overwrite: options.overwrite ?? false })));
    await engine.idle();
    if (call.signal.aborted) await engine.stop();
    tellEnded();
  } finally {
    hideProgress();
    unsubscribe();
    call.signal.removeEventListener("abort", stop);
    await engine.stop();
  }
  call.signal.throwIfAborted();
  const errors = engine
    .snapshot()
    .transfers.flatMap(({ error }) => (error === undefined ? [] : [error]));
  for (const error of errors.slice(1)) call.stderr.write(`cfs: ${error.message}\n`);
  return errors[0];
}

function isEnded({ state }: Transfer): boolean {
  return state === "saved" || state === "skipped" || state === "failed";
}

function toRecord(transfer: Transfer): object {
  const { file, path, state, sha256, bytesFetched, seconds, error } = transfer;
  return {
    fileId: file.fileId,
    fileSetId: file.fileSetId,
    name: file.name,
    path,
    size: transfer.bytesTotal ?? file.bytes,
    sha256,
    status: state,
    bytesFetched,
    seconds: Math.round(seconds * 1_000) / 1_000,
    ...(error === undefined ? {} : { error: error.message }),
  };
}

/** The files that an id stands for: all of a file set, or the one file. */
async function findFiles(
  fileStore: FileStore,
  id: string,
  signal: AbortSignal,
): Promise<TransferFile[]> {
  try {
    const files: TransferFile[] = [];
    for await (const page of fileStore.files(id, signal))
      files.push(...page.items.map(toTransferFile));
    if (files.length > 0) return files;
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.kind !== "not-found") throw thrown;
  }
  return [toTransferFile(await fileStore.file(id, signal))];
}

function toTransferFile(file: Awaited<ReturnType<FileStore["file"]>>): TransferFile {
  return {
    fileId: file.id,
    fileSetId: file.filesetId,
    name: file.filename,
    ...(file.fileSizeInBytes === undefined ? {} : { bytes: file.fileSizeInBytes }),
    ...(file.md5 === undefined ? {} : { md5: file.md5 }),
  };
}
