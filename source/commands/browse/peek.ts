import type { Parts } from "../../app/compose.ts";
import { mapConcurrently } from "../../base/concurrency.ts";
import { AppError } from "../../base/errors.ts";
import { counted, readableCount } from "../../domain/readable.ts";
import { sanitize } from "../../domain/sanitize.ts";
import { openPreview } from "../../preview/open-preview.ts";
import type {
  Preview,
  PreviewContext,
  PreviewFile,
  PreviewOf,
  PreviewRecord,
} from "../../preview/preview.ts";
import { type Call, createOutput, type Output } from "../console/call.ts";
import type { PeekJson } from "../console/json-records.ts";
import { createMessages } from "../console/messages.ts";
import { failureOfOne, resultOrFailure } from "../console/reported-failures.ts";
import { applyTransferSettings } from "../console/transfer-settings.ts";
import { withSession } from "../console/with-session.ts";
import { readLookupFilter } from "../resolve/file-set-filter.ts";
import { type FileTarget, fileTargets, type TargetParts } from "../resolve/file-targets.ts";
import { isOneId } from "../resolve/id-arguments.ts";
import {
  type PeekedEntry,
  type Peeking,
  type PeekOptions,
  printEntries,
  printSample,
  recordJson,
  recordText,
} from "./peek-output.ts";
import { createRecordTable, type RecordTable } from "./peek-table.ts";

const openedAtATime = 4;

/** Records are read in batches, so that they stream. */
const batch = 100;

/**
 * `cfs peek FILE…`: the first records, without fetching more than they need. With several files each has a
 * heading, and a failure does not stop the others.
 */
export async function peek(
  args: readonly string[],
  options: PeekOptions,
  call: Call,
): Promise<void> {
  const filter = readLookupFilter(options, call.nowMs());
  return withSession(call, async (parts) => {
    applyTransferSettings(parts, options.limitRate, call);
    const messages = createMessages(call, { quiet: true });
    const { fileStore } = parts;
    const found = {
      fileStore,
      filter,
      packageIdOrName: options.package,
      warn: messages.warn,
      call,
    };
    const { targets, isOne } = await targetsOf(args, found);
    let gap = "";
    const opening = mapConcurrently(targets, openedAtATime, (target) =>
      resultOrFailure(() => openFile(target, options, parts, call)),
    );
    for await (const opened of opening) {
      try {
        if (opened instanceof AppError) throw opened;
        const { fileId, name } = opened.file;
        if (!isOne && !options.json) {
          call.stdout.write(`${gap}==> ${name} <==\n`);
          gap = "\n";
        }
        const warn = (text: string) => messages.warn(isOne ? text : `${name}: ${text}`);
        await printFile(opened, { options, call, ofFile: isOne ? {} : { fileId }, warn });
      } catch (thrown) {
        if (isOne) throw thrown;
        messages.fail(failureOfOne(thrown));
      }
    }
    messages.throwIfFailed();
  });
}

interface OpenedFile extends PeekedEntry {
  file: PreviewFile;
}

/** `isOne` is true for one argument that stands for one file; several arrive as they are found. */
async function targetsOf(args: readonly string[], parts: TargetParts) {
  const targets = fileTargets(args, parts);
  if (!isOneId(args)) return { targets, isOne: false };
  const all: (FileTarget | AppError)[] = [];
  for await (const target of targets) all.push(target);
  return { targets: all, isOne: all.length === 1 };
}

async function openFile(
  target: FileTarget | AppError,
  { entry }: PeekOptions,
  { fileStore, objects }: Parts,
  call: Call,
): Promise<OpenedFile> {
  if (target instanceof AppError) throw target;
  const { fileId, explainUnknown } = target;
  const { filename: name } = await explainUnknown(() => fileStore.file(fileId, call.signal));
  const context = { source: objects, stallTimeoutMs: call.environment.stallTimeoutMs };
  const file = { fileId, name };
  const opensOnlyEntry = entry === undefined;
  const preview = await openPreview({ ...file, opensOnlyEntry }, context, call.signal);
  if (entry !== undefined)
    return { file, ...(await openEntry(file, entry, preview, context, call)) };
  return { file, preview, entry: preview.entry?.name };
}

async function printFile(opened: OpenedFile, peeking: Peeking): Promise<void> {
  const { file, preview, entry, alsoFetched = 0 } = opened;
  const { options, call, warn } = peeking;
  const printed = await printPreview(preview, peeking);
  const { ending, objectBytes: size, bytesFetched } = preview.progress();
  const fetched = bytesFetched + alsoFetched;
  if (options.json) {
    const { format } = preview;
    const summary = { ...file, entry, format, records: printed, size };
    const line: PeekJson = { ...summary, bytesFetched: fetched, ending };
    createOutput(call.stdout).json(line);
  } else if (ending !== undefined) warn(ending);
  if (options.verbose) warn(readText(printed, fetched, size));
}

function readText(records: number, bytes: number, objectBytes: number | undefined): string {
  const of = objectBytes === undefined ? "" : ` of ${readableCount(objectBytes)}`;
  return `${counted(records, "record")}; fetched ${readableCount(bytes)}${of} bytes.`;
}

async function openEntry(
  file: PreviewFile,
  wanted: string,
  zip: Preview,
  context: PreviewContext,
  { signal }: Call,
): Promise<PeekedEntry> {
  const entries = zip.format === "zip" ? zip.entries : [];
  const entry = entries.find(({ name }) => name === wanted) ?? entries[Number(wanted) - 1];
  if (entry === undefined) {
    throw new AppError({
      kind: "not-found",
      tried: `Looking for the entry "${wanted}" in ${file.name}`,
      answered:
        zip.format === "zip" ? "the zip has no entry with that name or number" : "it is not a zip",
      advice: `See cfs peek ${file.fileId}.`,
    });
  }
  const preview = await openPreview({ ...file, entry }, context, signal);
  return { preview, entry: entry.name, alsoFetched: zip.progress().bytesFetched };
}

/** Resolves with the number of records printed. */
async function printPreview(preview: Preview, peeking: Peeking): Promise<number> {
  const { options, call, ofFile, warn } = peeking;
  if (preview.format === "zip") return printEntries(preview, peeking);
  if (preview.format === "binary") return printSample(preview, peeking);
  if (preview.format === "empty") {
    warn("The file is empty.");
    return 0;
  }
  const { stdout } = call;
  const output = createOutput(stdout);
  const { columns } = output;
  const isTable = columns !== undefined && !options.json && options.records > 0;
  if (isTable && preview.format === "csv") return printTable(preview, output, columns, peeking);
  const asJson = recordJson(preview, ofFile.fileId);
  if (preview.format === "csv" && !options.json)
    stdout.write(recordText(preview.header, stdout.isTTY));
  return printBatches(preview, output, peeking, (records) => {
    for (const record of records) {
      if (options.json) output.line(stdout.isTTY ? sanitize(asJson(record)) : asJson(record));
      else stdout.write(recordText(record.raw, stdout.isTTY));
    }
  });
}

async function printTable(
  preview: PreviewOf<"csv">,
  output: Output,
  cells: number,
  peeking: Peeking,
): Promise<number> {
  let table: RecordTable | undefined;
  const begun = (records: readonly PreviewRecord[]) => {
    const created = createRecordTable(preview, records, cells);
    output.line(created.header);
    return created;
  };
  const printed = await printBatches(preview, output, peeking, (records) => {
    table ??= begun(records);
    for (const record of records) output.line(table.line(record));
  });
  const { columns, shown } = table ?? begun([]);
  if (shown < columns) {
    peeking.warn(`${shown} of ${columns} columns fit. Pipe the output or use --json to get all.`);
  }
  return printed;
}

/** Prints each batch when it arrives, and resolves with the number of records. */
async function printBatches(
  preview: Preview,
  output: Output,
  { call, options }: Peeking,
  print: (records: readonly PreviewRecord[]) => void,
): Promise<number> {
  let printed = 0;
  while (printed < options.records && !preview.progress().isOver) {
    const records = await preview.next(Math.min(batch, options.records - printed));
    if (records.length > 0) print(records);
    printed += records.length;
    await output.drained();
    call.signal.throwIfAborted();
  }
  return printed;
}
