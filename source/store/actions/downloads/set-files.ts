import { mapConcurrently } from "../../../base/concurrency.ts";
import { AppError } from "../../../base/errors.ts";
import { type FileSet, type StoredFile, toTransferFile } from "../../../domain/entities.ts";
import { naturalOrder } from "../../../domain/ordering.ts";
import type { CachedListing, ListingKey } from "../../../listing-cache/contract.ts";
import { briefName } from "../../../text/short-name.ts";
import type { TransferFile, TransferRequest } from "../../../transfer/engine.ts";
import type { PreviewPlace } from "../../selectors/preview.ts";
import { isPending } from "../../state/row.ts";
import { knownSession } from "../../state/state.ts";
import type { ActionContext } from "../context.ts";

const mostAtOnce = 4;

type NamesAbove = Pick<TransferFile, "fileSetName" | "packageName">;

export function requestFor(
  file: StoredFile,
  directory: string,
  above: NamesAbove,
): TransferRequest {
  return { file: { ...toTransferFile(file), ...above }, directory };
}

/** In natural order: the service sorts by id, and users expect part 1 before part 2. */
export function requestsFor(
  files: readonly StoredFile[],
  directory: string,
  above: NamesAbove,
): TransferRequest[] {
  return files
    .toSorted((left, right) => naturalOrder(left.filename, right.filename))
    .map((file) => requestFor(file, directory, above));
}

/** That failure to list the files of a set, with the set's short name in place of its id. */
export function withSetName(
  thrown: unknown,
  { id, name }: FileSet,
  packageName: string | undefined,
): unknown {
  if (!(thrown instanceof AppError) || !thrown.tried.includes(id)) return thrown;
  const tried = thrown.tried.replace(id, () => briefName(name, packageName));
  // The advice for commands is about an id that was typed.
  const isGone = thrown.kind === "not-found";
  const advice = isGone ? "The file set may not be available any more." : thrown.advice;
  return thrown.withFacts({ tried, advice });
}

/** Lists a READY set only once. Rejects as the service does, with the set's name. */
export async function filesOfSet(
  context: ActionContext,
  fileSet: FileSet,
  packageName: string | undefined,
  signal: AbortSignal,
): Promise<readonly StoredFile[]> {
  try {
    return await listFiles(context, fileSet, signal);
  } catch (thrown) {
    throw withSetName(thrown, fileSet, packageName);
  }
}

async function listFiles(
  { services, store }: ActionContext,
  fileSet: FileSet,
  signal: AbortSignal,
): Promise<readonly StoredFile[]> {
  const session = knownSession(store.getState());
  const key: ListingKey = { kind: "files", fileSetId: fileSet.id };
  const settled = !isPending(fileSet);
  if (session && settled) {
    const cached = await services.listingCache.get(session, key);
    if (cached?.kind === "files" && cached.settled && cached.items.length > 0) return cached.items;
  }
  const files: StoredFile[] = [];
  for await (const { items } of services.fileStore.files(fileSet.id, signal)) files.push(...items);
  const listing: CachedListing = {
    kind: "files",
    items: files,
    listedAtMs: services.nowMs(),
    settled,
  };
  if (session) services.listingCache.put(session, key, listing);
  return files;
}

/** Returns the files of each set in order; `onListed` gets the number of sets listed so far. */
export async function filesOfSets(
  context: ActionContext,
  fileSets: readonly FileSet[],
  packageName: string | undefined,
  signal: AbortSignal,
  onListed: (sets: number) => void,
): Promise<(readonly StoredFile[])[]> {
  const found: (readonly StoredFile[])[] = [];
  let listed = 0;
  const list = async (fileSet: FileSet) => {
    signal.throwIfAborted();
    const files = await filesOfSet(context, fileSet, packageName, signal);
    signal.throwIfAborted();
    listed += 1;
    onListed(listed);
    return files;
  };
  for await (const files of mapConcurrently(fileSets, mostAtOnce, list)) found.push(files);
  return found;
}

/** Picks the first file in natural order. */
export async function firstFile(
  context: ActionContext,
  place: PreviewPlace,
  signal: AbortSignal,
): Promise<StoredFile> {
  if (place.path !== undefined) return place.file;
  if (place.file !== undefined) return place.file;
  const { fileSet } = place;
  const files = await filesOfSet(context, fileSet, place.package.packageName, signal);
  const [first] = files.toSorted((one, other) => naturalOrder(one.filename, other.filename));
  if (first !== undefined) return first;
  throw new AppError({
    kind: "not-found",
    tried: `Previewing ${fileSet.name}`,
    answered: "the file set has no files",
    advice: "Preview another file set.",
  });
}
