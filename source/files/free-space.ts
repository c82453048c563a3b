import fs from "node:fs/promises";
import { AppError } from "../base/errors.ts";
import { readableBytes } from "../domain/readable.ts";

/** Reserves the disk space that running files still need, so that two files never rely on the same bytes. */
export interface DiskSpace {
  /**
   * Reserves space in `directory`; rejects with an AppError of kind disk if too little is free. `what` ends the
   * sentence "Fetching …".
   */
  reserve(directory: string, bytes: number, what: string): Promise<Reservation>;
}

interface Reservation {
  used(bytes: number): void;
  end(): void;
}

type FreeBytes = (directory: string) => Promise<number | undefined>;

export function createDiskSpace(freeBytes: FreeBytes = askFreeBytes): DiskSpace {
  const reserved = new Map<string, number>();
  const add = (directory: string, bytes: number) => {
    reserved.set(directory, (reserved.get(directory) ?? 0) + bytes);
  };
  return {
    async reserve(directory, bytes, what) {
      const free = await freeBytes(directory);
      const left = free === undefined ? undefined : free - (reserved.get(directory) ?? 0);
      if (left !== undefined && left < bytes) throw fullError(what, bytes, left);
      add(directory, bytes);
      let held = bytes;
      const give = (given: number) => {
        const some = Math.min(held, given);
        held -= some;
        add(directory, -some);
      };
      return { used: give, end: () => give(held) };
    },
  };
}

/** The bytes that are free for this user at `directory`; undefined if the system does not report them. */
export async function askFreeBytes(directory: string): Promise<number | undefined> {
  try {
    const { bavail, bsize, blocks } = await fs.statfs(directory);
    return blocks === 0 ? undefined : bavail * bsize;
  } catch {
    return undefined;
  }
}

function fullError(what: string, bytes: number, left: number): AppError {
  return new AppError({
    kind: "disk",
    tried: `Fetching ${what}`,
    answered: `not enough disk space: ${readableBytes(bytes)} needed, ${readableBytes(Math.max(0, left))} free`,
    advice: "Free some space or choose another folder, then try again.",
    reason: "no-space",
    errno: "ENOSPC",
    isOfFolder: true,
  });
}

export interface FileSpace {
  /** Reserves space for a file of this size, once; rejects as `DiskSpace.reserve` does. */
  reserve(bytes: number): Promise<void>;
  stored(bytes: number): void;
  end(): void;
}

export function createFileSpace(
  { file, directory }: { file: { name: string }; directory: string },
  storedBytes: number,
  diskSpace: DiskSpace,
): FileSpace {
  let reservation: Reservation | undefined;
  let countedBytes = storedBytes;
  return {
    async reserve(bytes) {
      reservation ??= await diskSpace.reserve(directory, bytes - countedBytes, file.name);
    },
    stored(bytes) {
      reservation?.used(bytes - countedBytes);
      countedBytes = bytes;
    },
    end: () => reservation?.end(),
  };
}
