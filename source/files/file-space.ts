import type { TransferRequest } from "../transfer/engine.ts";
import type { DiskSpace, Reservation } from "./free-space.ts";

/** Space on the disk that one file will still need. */
export interface FileSpace {
  /** Sets it aside for a file of so many bytes, once; rejects as `DiskSpace.reserve` does. */
  reserve(bytes: number): Promise<void>;
  /** So many bytes of the file are on disk now. */
  stored(bytes: number): void;
  end(): void;
}

/** For a file of which `storedBytes` are there already. */
export function createFileSpace(
  { file, directory }: TransferRequest,
  storedBytes: number,
  diskSpace: DiskSpace,
): FileSpace {
  let reservation: Reservation | undefined;
  let toldBytes = storedBytes;
  return {
    async reserve(bytes) {
      reservation ??= await diskSpace.reserve(directory, bytes - toldBytes, file.name);
    },
    stored(bytes) {
      reservation?.used(bytes - toldBytes);
      toldBytes = bytes;
    },
    end: () => reservation?.end(),
  };
}
