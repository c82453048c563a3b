import { foldersText } from "../../domain/folders.ts";
import { counted, readableBytes } from "../../domain/readable.ts";
import type { Transfer } from "../../transfer/engine.ts";

/** What came of downloads whose files are there now: "Saved 2 files, 9 MB; 1 file already there, in /d." */
export function doneWords(done: readonly Transfer[]): string {
  const saved = done.filter(({ state }) => state === "saved");
  const bytes = saved.reduce((sum, { bytesTotal }) => sum + (bytesTotal ?? 0), 0);
  const there = done.length - saved.length;
  const told = [
    ...(saved.length > 0
      ? [`Saved ${counted(saved.length, "file")}, ${readableBytes(bytes)}`]
      : []),
    ...(there > 0 ? [`${counted(there, "file")} already there`] : []),
  ];
  return `${told.join("; ")}, in ${foldersText(done.map(({ directory }) => directory))}.`;
}
