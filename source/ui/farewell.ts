import { join } from "node:path";
import { localFileName } from "../domain/file-name.ts";
import { foldersText } from "../domain/folders.ts";
import { counted, readableBytes } from "../domain/readable.ts";
import type { Transfer, TransfersSnapshot } from "../transfer/engine.ts";

/** More files than this are told by their number and folder alone. */
const mostTold = 20;

function pathOf({ directory, file, path }: Transfer): string {
  return path ?? join(directory, localFileName(file.name));
}

/** Each file where there are few, then one line: what was saved and where. Folders that lie in one are counted there. */
function savedLines(saved: readonly Transfer[]): string[] {
  if (saved.length === 0) return [];
  const bytes = saved.reduce((sum, { bytesTotal }) => sum + (bytesTotal ?? 0), 0);
  const where = foldersText(saved.map(({ directory }) => directory));
  const each = saved.length > mostTold ? [] : saved.map((one) => `Saved ${pathOf(one)}`);
  const all = `Saved ${counted(saved.length, "file")}, ${readableBytes(bytes)}, in ${where}`;
  return [...each, all];
}

/** What is said on the normal screen when the program has ended: what is on disk, and what is not. */
export function farewellLines({ transfers }: TransfersSnapshot, demo = false): string[] {
  const inState = (...states: Transfer["state"][]) =>
    transfers.filter(({ state }) => states.includes(state));
  const failed = inState("failed");
  const left = [
    ...inState("queued", "running", "paused", "verifying"),
    ...failed.filter(({ error }) => error?.mayPass),
  ];
  const later = demo
    ? "; the demo keeps nothing for a next start"
    : ", to be resumed at the next start";
  return [
    ...savedLines(inState("saved")),
    ...failed.map(({ error, file }) => `Failed: ${error?.message ?? file.name}`),
    ...(left.length > 0 ? [`${counted(left.length, "download")} not finished${later}.`] : []),
  ];
}
