import { allItems, type FileStore } from "../../api/service.ts";
import { AppError } from "../../base/errors.ts";
import type { Package } from "../../domain/entities.ts";
import { usageError } from "../console/usage-error.ts";

/**
 * The package that `words` names by id, name or a unique part of the name. Throws an AppError: not-found
 * without a match, usage with several.
 */
export async function findPackage(
  fileStore: FileStore,
  bucket: string,
  words: string,
  signal: AbortSignal,
): Promise<Package> {
  const listed = await allItems(fileStore.packages({ bucketName: bucket }, signal));
  const wanted = words.toLowerCase();
  const exact = listed.filter(
    (item) => item.packageId === words || item.packageName.toLowerCase() === wanted,
  );
  const found =
    exact.length > 0
      ? exact
      : listed.filter((item) => item.packageName.toLowerCase().includes(wanted));
  const [first, ...others] = found;
  if (first !== undefined && others.length === 0) return first;
  const tried = `Looking for the package "${words}" in ${bucket}`;
  if (first === undefined) {
    throw new AppError({
      kind: "not-found",
      tried,
      answered: "there is none with that id or name",
      advice: `See cfs packages ${bucket}.`,
    });
  }
  const candidates = candidatesOf(found.map((item) => item.packageName));
  throw usageError(candidates, "Give more of the name, or the id.", tried);
}

const mostShown = 5;

/** The number of matches and the first of them. */
export function candidatesOf(shown: readonly string[]): string {
  const first = shown.slice(0, mostShown).join(", ");
  return `${shown.length} fit: ${first}${shown.length > mostShown ? ", …" : ""}`;
}
