import path from "node:path";
import type { TransferRecord } from "./record.ts";

function isWithin(folder: string, directory: string): boolean {
  const relative = path.relative(folder, directory);
  return relative === "" || !(relative.startsWith("..") || path.isAbsolute(relative));
}

/**
 * True if the transfer follows when the download folder changes from `from`: its folder refused it, or it waits
 * to go there and has nothing on disk yet.
 */
export function isRelocatable({ path: begun, phase, request }: TransferRecord, from: string) {
  if (phase.state === "failed") return phase.error.isOfFolder;
  const isWaiting = phase.state === "queued" || phase.state === "paused";
  return isWaiting && begun === undefined && isWithin(from, request.directory);
}

/** Where the transfers of `directory` go; a folder in `from` keeps its name. */
export function relocatedDirectory(directory: string, from: string, to: string): string {
  return isWithin(from, directory) ? path.join(to, path.relative(from, directory)) : to;
}
