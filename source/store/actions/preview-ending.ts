import { counted } from "../../domain/readable.ts";
import type { Preview } from "../../preview/preview.ts";

/** What is kept of one file at most. */
const mostRecords = 20_000;
const mostCharacters = 16_000_000;

/** Why a preview with so many records is over now, though the file is not; undefined where it goes on. */
export function endingOf(
  preview: Preview,
  records: number,
  characters: number,
): string | undefined {
  const { entries, entryCount } = preview;
  if (entries && entryCount !== undefined && entries.length < entryCount) {
    return `These are the first of ${counted(entryCount, "entry", "entries")}.`;
  }
  const isFull = records >= mostRecords || characters >= mostCharacters;
  if (preview.progress().isOver || !isFull) return preview.progress().ending;
  return `The preview ends after ${counted(records, "record")}. d downloads the whole file.`;
}
