import { commonFolder } from "../domain/folders.ts";
import { counted, readableBytes } from "../domain/readable.ts";
import type { Transfer, TransfersSnapshot } from "../transfer/engine.ts";

/** One line: what was saved and where. Folders that lie in one are counted there. */
function savedLines(saved: readonly Transfer[]): string[] {
  if (saved.length === 0) return [];
  const folders = new Set(saved.map(({ directory }) => directory));
  const bytes = saved.reduce((sum, { bytesTotal }) => sum + (bytesTotal ?? 0), 0);
  const where = commonFolder([...folders]);
  const several = folders.size > 1 ? ` (${counted(folders.size, "folder")})` : "";
  return [`Saved ${counted(saved.length, "file")}, ${readableBytes(bytes)}, in ${where}${several}`];
}

/** What is said on the normal screen when the program has ended: what is on disk, and what is not. */
export function farewellLines({ transfers }: TransfersSnapshot): string[] {
  const inState = (...states: Transfer["state"][]) =>
    transfers.filter(({ state }) => states.includes(state));
  const left = inState("queued", "running", "paused", "verifying");
  return [
    ...savedLines(inState("saved")),
    ...inState("failed").map(({ error, file }) => `Failed: ${error?.message ?? file.name}`),
    ...(left.length > 0
      ? [`${counted(left.length, "download")} not finished, to be resumed at the next start.`]
      : []),
  ];
}
