import { AppError } from "../../base/errors.ts";
import { counted, readableBytes, readableSeconds } from "../../domain/readable.ts";
import type { Transfer, VerifiedBy } from "../../transfer/engine.ts";
import { unpackFile } from "../../unpack/unpack-file.ts";
import { type Call, createOutput } from "../console/call.ts";
import type { TransferJson } from "../console/json-records.ts";
import type { Messages } from "../console/messages.ts";

export interface TransferReportOptions {
  json?: boolean;
  unpack?: boolean;
  overwrite?: boolean;
  quiet?: boolean;
  messages: Messages;
}

/** Prints each path, or a JSON object with names that scripts rely on. */
export interface TransferReport {
  ended(transfer: Transfer): Promise<void>;
  /** Prints the totals if stderr is a terminal. */
  summarize(): void;
}

export function createTransferReport(options: TransferReportOptions, call: Call): TransferReport {
  const { json, unpack, overwrite = false, quiet, messages } = options;
  const { progress, failFile } = messages;
  const output = createOutput(call.stdout);
  const beganAtMs = call.nowMs();
  const mentioned = new Set<VerifiedBy | undefined>();
  const counts = { saved: 0, skipped: 0, failed: 0, bytesFetched: 0 };

  const unpacked = async (transfer: Transfer): Promise<string[] | AppError | undefined> => {
    if (!unpack || transfer.path === undefined || transfer.state === "failed") return undefined;
    try {
      const found = await unpackFile(transfer.path, { overwrite, signal: call.signal });
      return found?.paths;
    } catch (thrown) {
      if (thrown instanceof AppError) return thrown;
      throw thrown;
    }
  };

  /** Mentions only the first file that could not be fully verified. */
  const mention = ({ file: { name }, state, verifiedBy }: Transfer) => {
    if (state !== "saved" || mentioned.has(verifiedBy)) return;
    mentioned.add(verifiedBy);
    const more = "Reported once; --json has verifiedBy for each file.";
    if (verifiedBy === undefined) {
      messages.warn(
        `${name} could not be verified: neither a checksum nor its size is known, and its format has no checksum. ${more}`,
      );
    } else if (verifiedBy === "size")
      messages.note(
        `${name} was verified by its size only: the service lists no checksum. ${more}`,
      );
  };

  return {
    async ended(transfer) {
      const found = await unpacked(transfer);
      const error = found instanceof AppError ? found : transfer.error;
      const paths = found instanceof AppError ? undefined : found;
      const status = error === undefined && transfer.state === "skipped" ? "skipped" : "saved";
      counts[error === undefined ? status : "failed"] += 1;
      counts.bytesFetched += transfer.bytesFetched;
      if (error !== undefined) failFile(error);
      mention(transfer);
      progress.above(() => {
        if (json) output.json(toRecord(transfer, error, paths));
        else if (error === undefined) {
          for (const path of [transfer.path ?? transfer.file.name, ...(paths ?? [])])
            output.line(path);
        }
      });
      await output.drained();
    },
    summarize() {
      if (quiet || !call.stderr.isTTY) return;
      const { saved, skipped, failed, bytesFetched } = counts;
      const parts = [
        `${counted(saved, "file")} saved`,
        ...(skipped > 0 ? [`${skipped} up to date`] : []),
        ...(failed > 0 ? [`${failed} failed`] : []),
      ];
      const seconds = (call.nowMs() - beganAtMs) / 1_000;
      call.stderr.write(
        `${parts.join(", ")}: ${readableBytes(bytesFetched)} in ${readableSeconds(seconds)}\n`,
      );
    },
  };
}

function toRecord(
  transfer: Transfer,
  error: AppError | undefined,
  unpacked: string[] | undefined,
): TransferJson {
  const { file, path, state, sha256, verifiedBy, bytesFetched, seconds, bytesTotal } = transfer;
  const ended = state === "skipped" ? "skipped" : "saved";
  return {
    fileId: file.fileId,
    fileSetId: file.fileSetId,
    name: file.name,
    path: path ?? null,
    size: bytesTotal ?? file.bytes ?? null,
    sha256: sha256 ?? null,
    verifiedBy,
    status: error === undefined ? ended : "failed",
    bytesFetched,
    seconds: Math.round(seconds * 1_000) / 1_000,
    unpacked,
    error: error?.message,
  };
}
