import type { TransferFile } from "../engine.ts";
import { isSmall } from "../file/fetch-small.ts";
import type { Entry } from "../queue/record.ts";
import { smallBytes } from "../verify/small-files.ts";

/** What arrived and waits for the disk has no more than this, as small files. */
const mostUnsaved = Math.floor((8 * 1024 * 1024) / smallBytes);

/** What may begin beside what runs. */
export interface Room {
  isFull(): boolean;
  /** True where the file may begin; it is counted then. */
  takes(file: TransferFile): boolean;
}

/**
 * Room for `jobs` files at a time, and for `smallAtOnce` small ones, since these wait for answers most
 * of the time; a small one that is being saved leaves its place to the next, unless one file at a time
 * is wanted. Never more files than connections.
 */
export function createRoom(
  jobs: number,
  connections: number,
  smallAtOnce: number,
  running: ReadonlySet<Entry>,
): Room {
  const most = Math.min(jobs, connections);
  const mostSmall = Math.min(smallAtOnce, connections);
  let small = 0;
  let unsaved = 0;
  for (const { request, state } of running) {
    if (!isSmall(request.file)) continue;
    if (state === "verifying" && jobs > 1) unsaved += 1;
    else small += 1;
  }
  let large = running.size - small - unsaved;
  return {
    isFull: () => small + large >= mostSmall || large >= most || unsaved >= mostUnsaved,
    takes(file) {
      if (isSmall(file)) {
        small += 1;
        return true;
      }
      if (small + large >= most) return false;
      large += 1;
      return true;
    },
  };
}
