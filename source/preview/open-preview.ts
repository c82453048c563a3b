import { readableBytes } from "../domain/readable.ts";
import {
  formatOf,
  packingBytes,
  packingOf,
  peekBytes,
  sampleBytes,
} from "../files/format-detection.ts";
import type { ZipEntry } from "../files/zip-directory.ts";
import { inflate } from "./inflate.ts";
import type {
  Preview,
  PreviewContext,
  PreviewFile,
  PreviewProgress,
  PreviewRecord,
  PreviewRecords,
} from "./preview.ts";
import { createRangeReader, type RangeReader, withHead } from "./range-reader.ts";
import { longestRecordBytes, type RawRecord, splitRecords } from "./split-records.ts";
import { windows } from "./windows.ts";
import { entryBytes, readZipListing } from "./zip-entries.ts";

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

const none = async (): Promise<PreviewRecord[]> => [];

/**
 * Detects the format of a remote file or zip entry from its first 64 KiB, and for a zip its end; records
 * are fetched on demand. Rejects with an AppError, or an AbortError when the signal ends the preview.
 */
export async function openPreview(
  file: PreviewFile,
  context: PreviewContext,
  signal: AbortSignal,
): Promise<Preview> {
  const remote = createRangeReader(file, context, signal);
  if (file.entry !== undefined) return openEntry(remote, file.entry, file.name);
  const first = await peekBytes(windows(remote), packingBytes);
  if (packingOf(first.head) !== "zip") return openContent(remote, first, file.name);
  const reader = withHead(remote, first.head);
  const { entries, count } = await readZipListing(reader, first.head, file.name);
  const files = entries.filter(({ name }) => !name.endsWith("/"));
  if (file.opensOnlyEntry && files[0] && files.length === 1 && entries.length === count) {
    return openEntry(reader, files[0], file.name);
  }
  const progress = () => progressOf(reader, true);
  return { format: "zip", entries, entryCount: count, next: none, progress };
}

async function openEntry(reader: RangeReader, entry: ZipEntry, zipName: string): Promise<Preview> {
  const first = await peekBytes(entryBytes(reader, entry, zipName), packingBytes);
  return { ...(await openContent(reader, first, entry.name)), entry };
}

async function openContent(
  reader: RangeReader,
  first: Awaited<ReturnType<typeof peekBytes>>,
  name: string,
): Promise<Preview> {
  const progress = () => progressOf(reader, true);
  const isGzip = packingOf(first.head) === "gzip";
  const unpacked = isGzip ? inflate(first.all, "gzip", name) : first.all;
  const { head, all } = await peekBytes(unpacked, sampleBytes);
  if (head.length === 0) return { format: "empty", next: none, progress };
  const found = formatOf(name, head);
  if (found.format === "binary") return { format: "binary", sample: head, next: none, progress };
  if (found.format !== "csv") {
    const raws = splitRecords(withoutMark(all), undefined);
    return { format: found.format, ...readRecords(reader, raws, found.format !== "text") };
  }
  const raws = splitRecords(withoutMark(all), found.delimiter);
  const header = await firstRecord(raws);
  return { ...found, header, ...readRecords(reader, raws, true) };
}

function progressOf(reader: RangeReader, isOver: boolean, ending?: string): PreviewProgress {
  const { bytesFetched, objectBytes } = reader;
  return { bytesFetched: bytesFetched(), objectBytes: objectBytes(), isOver, ending };
}

async function* withoutMark(pieces: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const { head, all } = await peekBytes(pieces, byteOrderMark.length);
  if (head.subarray(0, byteOrderMark.length).equals(byteOrderMark)) {
    yield head.subarray(byteOrderMark.length);
    // `all` yields the head again, so skip it.
    await all.next();
  }
  yield* all;
}

async function firstRecord(raws: AsyncGenerator<RawRecord>): Promise<Buffer> {
  const { value, done } = await raws.next();
  return done ? Buffer.alloc(0) : value.raw;
}

const isBlank = (raw: Buffer) => raw.length < 256 && raw.toString("latin1").trim() === "";

function readRecords(
  reader: RangeReader,
  raws: AsyncGenerator<RawRecord>,
  skipsBlank: boolean,
): PreviewRecords {
  let recordCount = 0;
  let isOver = false;
  let ending: string | undefined;
  let failure: { thrown: unknown } | undefined;

  async function readOne(): Promise<PreviewRecord | undefined> {
    for (;;) {
      const { value, done } = await raws.next();
      if (done) {
        isOver = true;
        return undefined;
      }
      const { isCut, raw } = value;
      if (skipsBlank && isBlank(raw)) continue;
      recordCount += 1;
      if (isCut) {
        isOver = true;
        ending = `Record ${recordCount} is longer than ${readableBytes(longestRecordBytes)}; the preview ends there.`;
      }
      return { number: recordCount, raw, isCut };
    }
  }

  return {
    progress: () => progressOf(reader, isOver, ending),
    async next(count) {
      const records: PreviewRecord[] = [];
      try {
        if (failure !== undefined) throw failure.thrown;
        while (!isOver && records.length < count) {
          const record = await readOne();
          if (record !== undefined) records.push(record);
        }
      } catch (thrown) {
        failure = { thrown };
        if (records.length === 0) throw thrown;
      }
      return records;
    },
  };
}
