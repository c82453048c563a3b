import { changeSums } from "./sums-file.ts";

/** Keeps a folder's SHA256SUMS while files are fetched into it. It never lists a file that has changed. */
export interface SumsKeeper {
  /** Call it before these files are replaced or removed. Rejects with an AppError of kind disk. */
  drop(names: readonly string[]): Promise<void>;
  /** Adds a complete file; it is on disk within a second or with the next `save`. */
  record(name: string, sha256: string): Promise<void>;
  /** Rejects with an AppError of kind disk. */
  save(): Promise<void>;
}

export interface SumsPlace {
  /** Changes the lines of SHA256SUMS: whole, or not at all. */
  change(change: (digests: Map<string, string>) => void): Promise<void>;
  /** How often added lines are written. */
  everyMs: number;
}

const saveEveryMs = 1_000;

export function createSumsKeeper(directory: string): SumsKeeper {
  return keeperOf({
    change: (change) => changeSums(directory, change),
    everyMs: saveEveryMs,
  });
}

/** For a SHA256SUMS that is not in a folder. */
export function keeperOf({ change, everyMs }: SumsPlace): SumsKeeper {
  const pending = new Map<string, string>();
  let savedAtMs = performance.now();

  const save = async () => {
    const added = [...pending];
    savedAtMs = performance.now();
    if (added.length === 0) return;
    await change((digests) => {
      for (const [name, digest] of added) digests.set(name, digest);
    });
    for (const [name, digest] of added) if (pending.get(name) === digest) pending.delete(name);
  };

  return {
    save,
    async drop(names) {
      for (const name of names) pending.delete(name);
      await change((digests) => {
        for (const name of names) digests.delete(name);
      });
    },
    async record(name, sha256) {
      pending.set(name, sha256);
      // `save` at the end reports a disk that still fails.
      if (performance.now() - savedAtMs >= everyMs) await save().catch(() => undefined);
    },
  };
}

/** For calls without `--checksums`. */
export const noSums: SumsKeeper = {
  drop: async () => undefined,
  record: async () => undefined,
  save: async () => undefined,
};
