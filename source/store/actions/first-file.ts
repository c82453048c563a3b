import { AppError } from "../../base/errors.ts";
import type { StoredFile } from "../../domain/entities.ts";
import { naturalOrder } from "../../domain/ordering.ts";
import type { PreviewPlace } from "../selectors/preview.ts";
import type { ActionContext } from "./context.ts";
import { filesOfSet } from "./set-files.ts";

/** The file that a preview is of: for a file set its first, as people count. */
export async function firstFile(
  context: ActionContext,
  { file, fileSet }: PreviewPlace,
  signal: AbortSignal,
): Promise<StoredFile> {
  if (file !== undefined) return file;
  const files = await filesOfSet(context, fileSet, signal);
  const [first] = files.toSorted((one, other) => naturalOrder(one.filename, other.filename));
  if (first !== undefined) return first;
  throw new AppError({
    kind: "not-found",
    tried: `Previewing ${fileSet.name}`,
    answered: "the file set has no files",
    advice: "Look at another one.",
  });
}
