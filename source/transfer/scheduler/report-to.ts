import type { FileReport } from "../file/file-task.ts";
import { type Entry, isActive } from "../queue/record.ts";

/**
 * Notes in an entry what its run tells, as long as the run is wanted; `changed` is called after each,
 * and `arrived` when all of the file has come.
 */
export function reportTo(
  entry: Entry,
  now: () => number,
  changed: (entry: Entry) => void,
  arrived: () => void,
): FileReport {
  const note = <Words extends unknown[]>(take: (...words: Words) => void) => {
    return (...words: Words) => {
      if (!isActive(entry.state)) return;
      take(...words);
      changed(entry);
    };
  };
  return {
    settled: note((path) => {
      entry.path = path;
    }),
    sized: note((bytes) => {
      entry.bytesTotal = bytes;
    }),
    received: note((bytes) => {
      entry.bytesFetched += bytes;
      entry.rate?.record(bytes, now());
    }),
    stored: note((bytes) => {
      entry.bytesDone = bytes;
    }),
    waiting: note((words) => {
      entry.waitingFor = words;
    }),
    verifying: note(() => {
      entry.state = "verifying";
      arrived();
    }),
    fetching: note(() => {
      entry.state = "running";
    }),
  };
}
