import { syncDirectory } from "./disk.ts";

/**
 * Syncs folders for many files that end at about the same time: whoever asks while a sync runs
 * shares the next one, so that each name is on the medium when its promise resolves.
 */
export function createDirectorySync(
  sync: (directory: string) => Promise<void> = syncDirectory,
): (directory: string) => Promise<void> {
  const running = new Map<string, Promise<void>>();
  const next = new Map<string, Promise<void>>();

  const start = (directory: string): Promise<void> => {
    const work = sync(directory).finally(() => running.delete(directory));
    running.set(directory, work);
    return work;
  };

  return (directory) => {
    const now = running.get(directory);
    if (now === undefined) return start(directory);
    const shared =
      next.get(directory) ??
      now
        .catch(() => undefined)
        .then(() => {
          next.delete(directory);
          return start(directory);
        });
    next.set(directory, shared);
    return shared;
  };
}
