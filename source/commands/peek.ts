import { counted, readableCount } from "../domain/readable.ts";
import { sanitize } from "../domain/sanitize.ts";
import { AppError } from "../errors.ts";
import { openPreview } from "../preview/open-preview.ts";
import type { Preview, PreviewContext, PreviewFile } from "../preview/preview.ts";
import type { Call } from "./call.ts";
import { createOutput } from "./output.ts";
import { recordJson, recordText } from "./peek-records.ts";
import { type PeekedEntry, type PeekOptions, printEntries, printSample } from "./peek-zip.ts";
import { withSession } from "./signed-in.ts";

/** So many records are taken at a time, so that they stream. */
const batch = 100;

/** `cfs peek FILE_ID`: the first records of a file, of which no more is fetched than they need. */
export function peek(fileId: string, options: PeekOptions, call: Call): Promise<void> {
  return withSession(call, async ({ fileStore, objects }) => {
    const { filename: name } = await fileStore.file(fileId, call.signal);
    const context = { source: objects, stallTimeoutMs: call.environment.stallTimeoutMs };
    const whole = { fileId, name };
    const first = await openPreview(whole, context, call.signal);
    const { entry } = options;
    const opened =
      entry === undefined
        ? { preview: first }
        : await openEntry(whole, entry, first, context, call);
    const { preview, alsoFetched = 0 } = opened;
    const given = await printPreview(preview, options, call);
    const { ending, objectBytes: size, bytesFetched } = preview.progress();
    const fetched = bytesFetched + alsoFetched;
    if (options.json) {
      const { format } = preview;
      const summary = { fileId, name, entry: opened.entry, format, records: given, size };
      createOutput(call.stdout).json({ ...summary, bytesFetched: fetched, ending });
    } else if (ending !== undefined) call.stderr.write(`cfs: ${ending}\n`);
    if (options.verbose) call.stderr.write(`${readSentence(given, fetched, size)}\n`);
  });
}

function readSentence(records: number, bytes: number, size: number | undefined): string {
  const of = size === undefined ? "" : ` of ${readableCount(size)}`;
  return `cfs: ${counted(records, "record")}; fetched ${readableCount(bytes)}${of} bytes.`;
}

async function openEntry(
  file: PreviewFile,
  wanted: string,
  zip: Preview,
  context: PreviewContext,
  { signal }: Call,
): Promise<PeekedEntry> {
  const entries = zip.entries ?? [];
  const entry = entries.find(({ name }) => name === wanted) ?? entries[Number(wanted) - 1];
  if (entry === undefined) {
    throw new AppError({
      kind: "not-found",
      tried: `Looking for the entry "${wanted}" in ${file.name}`,
      answered: zip.format === "zip" ? "the zip lists none of that name or number" : "it is no zip",
      advice: `See cfs peek ${file.fileId}.`,
    });
  }
  const preview = await openPreview({ ...file, entry }, context, signal);
  return { preview, entry: entry.name, alsoFetched: zip.progress().bytesFetched };
}

/** Prints what was asked for, and tells how many records it was. */
async function printPreview(preview: Preview, options: PeekOptions, call: Call): Promise<number> {
  if (preview.format === "zip") return printEntries(preview, options, call);
  if (preview.format === "binary") return printSample(preview, options, call);
  if (preview.format === "empty") {
    call.stderr.write("cfs: The file is empty.\n");
    return 0;
  }
  const { stdout } = call;
  const output = createOutput(stdout);
  const asJson = recordJson(preview);
  if (preview.header && !options.json) stdout.write(recordText(preview.header, stdout.isTTY));
  let given = 0;
  while (given < options.records && !preview.progress().isOver) {
    for (const record of await preview.next(Math.min(batch, options.records - given))) {
      if (options.json) output.line(stdout.isTTY ? sanitize(asJson(record)) : asJson(record));
      else stdout.write(recordText(record.raw, stdout.isTTY));
      given += 1;
    }
    await output.drained();
    call.signal.throwIfAborted();
  }
  return given;
}
