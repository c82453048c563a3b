import { AppError } from "../../base/errors.ts";
import type { FileSet, StoredFile } from "../../domain/entities.ts";
import { naturalOrder } from "../../domain/ordering.ts";
import type { KeptListing, ListingKey } from "../../listing-cache/contract.ts";
import type { PreviewPlace } from "../selectors/preview.ts";
import { isPending } from "../state/row.ts";
import { knownSession } from "../state/state.ts";
import type { ActionContext } from "./context.ts";

/** Requests that go side by side. */
const mostAtOnce = 4;

/**
 * All files of a file set: those of a READY set are asked for once only, and known from then on. Rejects as
 * the service does.
 */
async function filesOfSet(
  { services, store }: ActionContext,
  fileSet: FileSet,
  signal: AbortSignal,
): Promise<readonly StoredFile[]> {
  const session = knownSession(store.getState());
  const key: ListingKey = { kind: "files", fileSetId: fileSet.id };
  const settled = !isPending(fileSet);
  if (session && settled) {
    const kept = await services.catalogue.recall(session, key);
    if (kept?.kind === "files" && kept.settled && kept.items.length > 0) return kept.items;
  }
  const files: StoredFile[] = [];
  for await (const { items } of services.fileStore.files(fileSet.id, signal)) files.push(...items);
  const listing: KeptListing = {
    kind: "files",
    items: files,
    listedAtMs: services.nowMs(),
    settled,
  };
  if (session) services.catalogue.keep(session, key, listing);
  return files;
}

/** The files of each of the sets, in their order; `came` is told how many sets have theirs. */
export async function filesOfSets(
  context: ActionContext,
  fileSets: readonly FileSet[],
  signal: AbortSignal,
  came: (sets: number) => void,
): Promise<(readonly StoredFile[])[]> {
  const found: (readonly StoredFile[])[] = [];
  const queue = fileSets.entries();
  let done = 0;
  async function work(): Promise<void> {
    for (const [at, fileSet] of queue) {
      found[at] = await filesOfSet(context, fileSet, signal);
      signal.throwIfAborted();
      came(++done);
    }
  }
  await Promise.all(Array.from({ length: mostAtOnce }, work));
  return found;
}

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
