import type { StoredFile } from "../../domain/entities.ts";
import type { TransferFile } from "../../transfer/engine.ts";

/** A listed file as the engine takes it. */
export function toTransferFile(file: StoredFile): TransferFile {
  return {
    fileId: file.id,
    fileSetId: file.filesetId,
    name: file.filename,
    ...(file.fileSizeInBytes === undefined ? {} : { bytes: file.fileSizeInBytes }),
    ...(file.md5 === undefined ? {} : { md5: file.md5 }),
  };
}
