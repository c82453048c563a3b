import { resolve } from "node:path";
import { threadBeside } from "../../app/built-assets.ts";
import { AppError } from "../../base/errors.ts";
import {
  type ListedFolder,
  listedFiles,
  type VerifiedFile,
  verifyFiles,
} from "../../checksums/verify-folder.ts";
import { counted, readableBytes, readableCount } from "../../domain/readable.ts";
import { sanitize } from "../../domain/sanitize.ts";
import { type Call, type CommonOptions, createOutput, type Output } from "../console/call.ts";
import type { VerifiedJson } from "../console/json-records.ts";
import { createMessages } from "../console/messages.ts";
import type { Progress } from "../console/progress.ts";
import { readingView } from "../console/reading-view.ts";
import { usageError } from "../console/usage-error.ts";

export interface VerifyOptions extends CommonOptions {
  quiet?: boolean;
}

/**
 * `cfs verify DIR`. Reads no settings and sends no request. Rejects with an AppError of kind integrity if a
 * file is missing or differs.
 */
export async function verify(folder: string, options: VerifyOptions, call: Call): Promise<void> {
  const directory = resolve(folder);
  const listed = listedFiles(directory);
  const tried = `Verifying ${folder}`;
  if (listed === undefined) {
    const answered = "it has neither a SHA256SUMS nor the manifest of cfs sync";
    const advice =
      "cfs sync keeps a manifest; cfs get and cfs sync write SHA256SUMS with --checksums.";
    throw usageError(answered, advice, tried);
  }
  const { files, malformed, damage } = listed;
  const messages = createMessages(call, options);
  if (malformed > 0)
    messages.warn(
      `${counted(malformed, "line")} of SHA256SUMS could not be read and will be ignored.`,
    );
  if (files.length === 0) {
    throw new AppError({
      kind: "integrity",
      tried,
      answered: damage ?? "no checksums are listed",
      advice:
        damage === undefined
          ? "Download the files again with --checksums."
          : "Run cfs sync again; it makes another one.",
    });
  }
  if (damage !== undefined) messages.warn(`Verifying by SHA256SUMS only: ${damage}.`);
  const counts = await verifyAndPrint(listed, directory, messages.progress, options, call);
  const { right, missing, differs, unreadable, bytes } = counts;
  if (right === files.length) {
    messages.note(`${counted(right, "file")} verified, ${readableBytes(bytes)}.`);
    return;
  }
  const problems = [
    ...(missing > 0 ? [`${readableCount(missing)} missing`] : []),
    ...(differs > 0 ? [`${readableCount(differs)} different`] : []),
    ...(unreadable > 0 ? [`${readableCount(unreadable)} unreadable`] : []),
  ];
  throw new AppError({
    kind: "integrity",
    tried,
    answered: `${problems.join(", ")} of ${counted(files.length, "file")}`,
    advice:
      "cfs sync --verify replaces files that it fetched; cfs get --overwrite replaces others.",
  });
}

type Counts = Record<VerifiedFile["status"], number> & { bytes: number };

async function verifyAndPrint(
  listed: ListedFolder,
  directory: string,
  progress: Progress,
  { json }: VerifyOptions,
  { stdout, signal }: Call,
): Promise<Counts> {
  const output = createOutput(stdout);
  const workerUrl = threadBeside("verify-worker.js");
  const counts: Counts = { right: 0, missing: 0, differs: 0, unreadable: 0, bytes: 0 };
  const total = { files: listed.files.length, bytes: listed.bytes };
  const beganAtMs = performance.now();
  try {
    for await (const file of verifyFiles(listed, { directory, workerUrl, signal })) {
      counts[file.status] += 1;
      if ("bytesFound" in file) counts.bytes += file.bytesFound;
      progress.above(() => print(file, json, output));
      const { right, bytes } = counts;
      const failed = counts.missing + counts.differs + counts.unreadable;
      progress.show(readingView({ right, failed, bytes }, total, performance.now() - beganAtMs));
      await output.drained();
    }
  } finally {
    progress.end();
  }
  return counts;
}

function print(file: VerifiedFile, json: boolean | undefined, output: Output): void {
  if (json) output.json(toRecord(file));
  else if (file.status !== "right") output.line(`${sanitize(file.name)}: ${problemOf(file)}`);
}

function problemOf(file: Exclude<VerifiedFile, { status: "right" }>): string {
  if (file.status === "missing") return "missing";
  if (file.status === "unreadable") return `unreadable: ${file.reason}`;
  if (file.how === "sha256") return "differs: SHA-256";
  return `differs: ${bytesText(file.bytesFound)} instead of ${bytesText(file.bytes ?? 0)}`;
}

/** Readable sizes could look equal. */
function bytesText(bytes: number): string {
  return `${readableCount(bytes)} B`;
}

function toRecord(file: VerifiedFile): VerifiedJson {
  const { name, path, status, sha256, bytes } = file;
  return {
    name,
    path,
    status,
    how: file.status === "differs" ? file.how : undefined,
    size: "bytesFound" in file ? file.bytesFound : null,
    listedSize: bytes ?? null,
    sha256:
      file.status === "right"
        ? sha256
        : file.status === "differs"
          ? (file.sha256Found ?? null)
          : null,
    listedSha256: sha256,
    error: file.status === "unreadable" ? file.reason : undefined,
  };
}
