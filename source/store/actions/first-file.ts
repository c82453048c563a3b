import type { FileStore } from "../../api/service.ts";
import type { StoredFile } from "../../domain/entities.ts";
import { naturalOrder } from "../../domain/natural-order.ts";
import { AppError } from "../../errors.ts";
import type { PreviewPlace } from "../selectors/preview.ts";

/** The file that a preview is of: for a file set its first, as people count. */
export async function firstFile(
  fileStore: FileStore,
  { file, fileSet }: PreviewPlace,
  signal: AbortSignal,
): Promise<StoredFile> {
  if (file !== undefined) return file;
  let first: StoredFile | undefined;
  for await (const { items } of fileStore.files(fileSet.id, signal)) {
    for (const item of items) {
      if (!first || naturalOrder(item.filename, first.filename) < 0) first = item;
    }
  }
  if (first !== undefined) return first;
  throw new AppError({
    kind: "not-found",
    tried: `Previewing ${fileSet.name}`,
    answered: "the file set has no files",
    advice: "Look at another one.",
  });
}
