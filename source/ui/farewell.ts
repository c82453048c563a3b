import { counted, readableBytes } from "../domain/readable.ts";
import type { Transfer, TransfersSnapshot } from "../transfer/engine.ts";

function savedLines(saved: readonly Transfer[]): string[] {
  const folders = new Map<string, Transfer[]>();
  for (const transfer of saved) {
    folders.set(transfer.directory, [...(folders.get(transfer.directory) ?? []), transfer]);
  }
  return [...folders].map(([folder, transfers]) => {
    const bytes = transfers.reduce((sum, { bytesTotal }) => sum + (bytesTotal ?? 0), 0);
    return `Saved ${counted(transfers.length, "file")}, ${readableBytes(bytes)}, in ${folder}`;
  });
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
