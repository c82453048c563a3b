import { composeTransfers } from "../../app/compose.ts";
import { isAbort } from "../../base/errors.ts";
import { createSumsKeeper } from "../../checksums/keep-sums.ts";
import { diskError } from "../../files/disk.ts";
import { sha256Of } from "../../files/sha256.ts";
import type { Transfer } from "../../transfer/engine.ts";
import type { OpenBatch, TransferDestination } from "./destination.ts";

export function folderDestination(directory: string): TransferDestination {
  return {
    directory,
    keepSums: () => createSumsKeeper(directory),
    openBatch: openFolderBatch,
    withSha256,
  };
}

export const openFolderBatch: OpenBatch = (parts, { environment }, recordsSha256) =>
  composeTransfers(environment, parts, { isInteractive: false, recordsSha256 });

/** The transfer with its file's SHA-256, which is read if it is unknown, or as failed if it cannot be read. */
export async function withSha256(transfer: Transfer, signal: AbortSignal): Promise<Transfer> {
  const { path, state, sha256 } = transfer;
  if (path === undefined || state === "failed" || sha256 !== undefined) return transfer;
  try {
    return { ...transfer, sha256: await sha256Of(path, signal) };
  } catch (thrown) {
    if (isAbort(thrown)) throw thrown;
    return { ...transfer, state: "failed", error: diskError(thrown, `Reading ${path}`) };
  }
}
