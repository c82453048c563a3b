import { openQueueFile, type Waiting } from "./queue-file.ts";
import { type Entry, isEnded } from "./record.ts";

/** Keeps on disk what has not ended, and what failed for now. A disk that refuses costs the next start its offer, and nothing else. */
export interface Keeper {
  /** What earlier processes left. */
  adopted: readonly Waiting[];
  now(): void;
  /** Within a moment, together with what changes meanwhile. */
  soon(): void;
}

const soonMs = 300;

function isForLater({ error, state }: Entry): boolean {
  return state === "failed" ? error?.mayPass === true : !isEnded(state);
}

export function createKeeper(
  stateDirectory: string | undefined,
  entries: ReadonlyMap<string, Entry>,
): Keeper {
  const queue = stateDirectory === undefined ? undefined : open(stateDirectory);
  if (queue === undefined) return { adopted: [], now: () => undefined, soon: () => undefined };
  let timer: NodeJS.Timeout | undefined;

  const now = () => {
    clearTimeout(timer);
    timer = undefined;
    const waiting = [...entries.values()]
      .filter(isForLater)
      .map(({ request, path }) => ({ ...request, ...(path === undefined ? {} : { path }) }));
    try {
      queue.keep(waiting);
    } catch {
      // Told to nobody: the transfers themselves go on, and their partial files are kept.
    }
  };

  return {
    adopted: queue.adopted,
    now,
    soon() {
      timer ??= setTimeout(now, soonMs).unref();
    },
  };
}

function open(directory: string) {
  try {
    return openQueueFile(directory);
  } catch {
    return undefined;
  }
}
