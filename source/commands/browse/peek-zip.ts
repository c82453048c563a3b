import { hexLines } from "../../domain/hex-dump.ts";
import { readableBytes } from "../../domain/readable.ts";
import { sanitize } from "../../domain/sanitize.ts";
import type { Preview } from "../../preview/preview.ts";
import type { Call, CommonOptions } from "../console/call.ts";
import { createOutput } from "../console/output.ts";

export interface PeekOptions extends CommonOptions {
  records: number;
  /** Name or number of the entry of a zip. */
  entry?: string;
  verbose?: boolean;
}

/** How one of the files is shown. */
export interface Peeking {
  options: PeekOptions;
  call: Call;
  /** What each JSON object begins with, where several files were asked for. */
  ofFile: { fileId?: string };
  /** Worth knowing of the file; told on stderr. */
  note(text: string): void;
}

/** Bytes of a binary file that are shown. */
const sampleBytes = 256;

/** The entry of a zip that was asked for; its listing was fetched too. */
export interface PeekedEntry {
  preview: Preview;
  entry?: string;
  alsoFetched?: number;
}

/** Lists what is in a zip, and tells how many entries that were. */
export function printEntries(preview: Preview, peeking: Peeking): number {
  const { options, call, ofFile, note } = peeking;
  const { entries = [], entryCount = 0 } = preview;
  const shown = entries.slice(0, options.records);
  const output = createOutput(call.stdout);
  if (options.json) {
    for (const [index, { bytes, name, packedBytes }] of shown.entries()) {
      const value = { name: sanitize(name), size: bytes, packedSize: packedBytes };
      output.json({ ...ofFile, n: index + 1, value });
    }
    return shown.length;
  }
  const rows = shown.map(({ bytes, name, packedBytes }, index) => [
    String(index + 1),
    sanitize(name),
    readableBytes(bytes),
    readableBytes(packedBytes),
  ]);
  output.table([["ENTRY", "NAME", "SIZE", "PACKED"], ...rows], [{}, { least: 20 }]);
  if (shown.length < entryCount) {
    note(`${shown.length} of ${entryCount} entries; -n shows more.`);
  }
  return shown.length;
}

/** Shows the first bytes of a file that is neither text nor known; it has no records. */
export function printSample(preview: Preview, { options, call, note }: Peeking): number {
  const sample = (preview.sample ?? Buffer.alloc(0)).subarray(0, sampleBytes);
  if (!options.json) for (const line of hexLines(sample)) createOutput(call.stdout).line(line);
  note("This is binary data without records; its first bytes are shown.");
  return 0;
}
