import { join } from "node:path";
import { allItems, type FileStore } from "../../api/service.ts";
import { exitCodes } from "../../base/errors.ts";
import type { FileSet, StoredFile } from "../../domain/entities.ts";
import { localFileName } from "../../domain/file-name.ts";
import { spanSeconds } from "../../domain/moment.ts";
import { counted, readableAge } from "../../domain/readable.ts";
import { stateBySize } from "../../sync/folder-state.ts";
import { type FileRecord, filesIn, syncPathsOf } from "../../sync/manifest.ts";
import { readManifest } from "../../sync/manifest-file.ts";
import { type Call, type CommonOptions, createOutput } from "../console/call.ts";
import type { UnmetJson } from "../console/json-records.ts";
import { createMessages } from "../console/messages.ts";
import { ReportedFailures } from "../console/reported-failures.ts";
import { usageError } from "../console/usage-error.ts";
import { withSession } from "../console/with-session.ts";
import type { Destination } from "../resolve/destination.ts";
import { readFilterOptions, withPackage } from "../resolve/file-set-filter.ts";
import { readSelection, type SelectedFileSet, selectedFileSets } from "../resolve/selection.ts";
import type { SelectionOptions } from "../resolve/selection-options.ts";
import { expiringSoon, gaps, lastArrival, lateness, shortages, type Unmet } from "./expectation.ts";

export interface ExpectOptions extends CommonOptions, SelectionOptions {
  /** Spans, as typed. */
  maxAge?: string;
  expiresWithin?: string;
  output?: Destination;
  quiet?: boolean;
}

/** `cfs expect BUCKET`. Prints a line for each report; rejects with ReportedFailures if there are any. */
export async function expect(bucket: string, options: ExpectOptions, call: Call): Promise<void> {
  const { signal } = call;
  const nowMs = call.nowMs();
  const within = readFilterOptions(bucket, options, nowMs);
  const selection = readSelection(options);
  const maxAgeMs = readSpan("--max-age", options.maxAge);
  const folder = readFolder(options);
  await withSession(call, async ({ fileStore }) => {
    const filter = await withPackage(within, options.package, fileStore, signal);
    const listed = await allItems(fileStore.fileSets(filter, signal));
    const selected: SelectedFileSet[] = [];
    for await (const found of selectedFileSets(listed, selection, fileStore, signal))
      selected.push(found);
    const fileSets = selected.map(({ fileSet }) => fileSet);
    const unmet = [
      ...lateness(fileSets, nowMs, maxAgeMs),
      ...shortages(selected.map(withSelectedCount)),
      ...gaps(fileSets),
      ...(folder === undefined ? [] : await expiring(selected, folder, fileStore, call)),
    ];
    const output = createOutput(call.stdout);
    for (const report of unmet) {
      if (options.json) output.json(toRecord(report));
      else output.line(`${report.check}: ${report.text}`);
    }
    if (unmet.length > 0) throw new ReportedFailures([{ exitCode: exitCodes.unmet }]);
    const last = lastArrival(fileSets);
    const newest = last?.created === undefined ? "" : `, the newest ${ageOf(last, nowMs)} old`;
    createMessages(call, options).note(
      `${counted(fileSets.length, "file set")} as expected${newest}.`,
    );
  });
}

/** The number of selected files, if the selection has listed them. */
function withSelectedCount({ fileSet, files }: SelectedFileSet): FileSet {
  return files === undefined ? fileSet : { ...fileSet, numFiles: files.length };
}

function ageOf({ created }: FileSet, nowMs: number): string {
  return readableAge(nowMs - Date.parse(created ?? ""));
}

interface ExpectedFolder {
  directory: string;
  withinMs: number;
}

function readFolder({ output, expiresWithin }: ExpectOptions): ExpectedFolder | undefined {
  const withinMs = readSpan("--expires-within", expiresWithin);
  if (withinMs === undefined && output === undefined) return undefined;
  if (withinMs !== undefined && output !== undefined)
    return { directory: output.directory, withinMs };
  throw usageError(
    "-o and --expires-within need each other",
    "Give the folder and the time, as -o data/ --expires-within 2d.",
  );
}

function readSpan(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = spanSeconds(text);
  if (seconds !== undefined && seconds > 0) return seconds * 1_000;
  throw usageError(`${option}: "${text}" is not a span`, "Write it as 8d, 36h or 90m.");
}

/** File sets that expire within the time and whose selected files are not all in the folder. */
async function expiring(
  selected: readonly SelectedFileSet[],
  { directory, withinMs }: ExpectedFolder,
  fileStore: FileStore,
  { nowMs, signal }: Call,
): Promise<Unmet[]> {
  const { manifest } = readManifest(syncPathsOf(directory));
  const selectedFiles = new Map(selected.map(({ fileSet, files }) => [fileSet.id, files]));
  const fileSets = selected.map(({ fileSet }) => fileSet);
  const unmet: Unmet[] = [];
  for (const { fileSet, leftMs } of expiringSoon(fileSets, withinMs, nowMs())) {
    const records = filesIn(manifest, fileSet.id);
    const files = selectedFiles.get(fileSet.id);
    const isThere =
      (manifest.fileSets.get(fileSet.id)?.complete === true && areRecorded(records, directory)) ||
      (await areListed(fileSet, files, { directory, records, fileStore, signal }));
    if (isThere) continue;
    const text = `${fileSet.name} expires in ${readableAge(leftMs)}, and ${directory} lacks files of it`;
    unmet.push({ check: "expiring", text, fileSet });
  }
  return unmet;
}

type FileRecords = ReadonlyMap<string, Pick<FileRecord, "name" | "bytes">>;

/** True if the files that `sync` recorded still have their sizes. */
function areRecorded(records: FileRecords, directory: string): boolean {
  return [...records.values()].every(
    ({ name, bytes }) => stateBySize(join(directory, name), bytes) === "present",
  );
}

interface ListedParts {
  directory: string;
  records: FileRecords;
  fileStore: FileStore;
  signal: AbortSignal;
}

/** True if each selected file, or else each file of the file set, is in the folder with its size. */
async function areListed(
  { id, numFiles }: FileSet,
  selected: readonly StoredFile[] | undefined,
  { directory, records, fileStore, signal }: ListedParts,
): Promise<boolean> {
  const files = selected ?? (await allItems(fileStore.files(id, signal)));
  return (
    (selected !== undefined || files.length >= numFiles) &&
    files.every(({ id: fileId, filename, fileSizeInBytes }) => {
      const { name, bytes = fileSizeInBytes } = records.get(fileId) ?? {};
      const state = stateBySize(join(directory, name ?? localFileName(filename)), bytes ?? -1);
      return state === "present" || (bytes === undefined && state === "damaged");
    })
  );
}

function toRecord({ check, text, fileSet }: Unmet): UnmetJson {
  return { check, fileSetId: fileSet?.id ?? null, name: fileSet?.name ?? null, message: text };
}
