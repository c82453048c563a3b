import { type Answer, accessDenied, gatewayError, noResource } from "../http/answers.ts";
import type { SandboxFileSet } from "../model/entities.ts";
import { fileSetFilter } from "./file-set-filter.ts";
import { badTime, fileStorePath, type Listing, listAnswer, maximumPageSize } from "./listing.ts";
import { showFileSet } from "./records.ts";
import { compareText, type ListParts } from "./visibility.ts";

/** The refusal of a query, if it has to be refused. */
function refusal(parts: ListParts, query: URLSearchParams, bucket: string): Answer | undefined {
  const { catalogue, visibility } = parts;
  if (!catalogue.bucketNamed(bucket)) return noResource("Bucket", bucket);
  const wrong = badTime(query, fileSetFilter.times);
  if (wrong) return wrong;
  const asked = catalogue.packages.get(query.get("packageId") ?? "");
  if (asked && !asked.isEntitled) return accessDenied();
  // Verified: at least one of the bucket's claims is needed.
  const packages = visibility.packagesIn(bucket);
  const isBarred = packages.length > 0 && !packages.some((each) => each.isEntitled);
  return isBarred ? accessDenied() : undefined;
}

/** GET /file-sets: the bucket is required and matched in any case. */
export async function listFileSets(parts: ListParts, query: URLSearchParams): Promise<Answer> {
  const { catalogue, assumptions, visibility } = parts;
  const bucket = query.get("bucket");
  if (!bucket) {
    return gatewayError(400, "Validation error", [{ key: "bucket", reason: "is required" }]);
  }
  const refused = refusal(parts, query, bucket);
  if (refused) return refused;

  const matches = fileSetFilter.create(query, assumptions);
  const listing: Listing<SandboxFileSet> = {
    path: `${fileStorePath}/file-sets`,
    items: catalogue.sortedFileSets(),
    keep: (fileSet) =>
      fileSet.bucketName.toLowerCase() === bucket.toLowerCase() &&
      visibility.isAvailable(fileSet) &&
      visibility.isEntitledTo(fileSet.packageId) &&
      matches(fileSet),
    cursorName: "filesetId",
    cursorOf: (fileSet) => fileSet.id,
    compareToCursor: (fileSet, cursor) => compareText(fileSet.id, cursor),
    repeated: fileSetFilter.parameters.filter(
      (name) => name !== "modifiedSince" || assumptions.nextLinkKeepsModifiedSince,
    ),
    maximumPageSize,
    show: (fileSet) => showFileSet(fileSet, catalogue.filesOf(fileSet)),
  };
  // Verified: ids are random, so that the newest set may be anywhere; with modifiedSince the order is
  // that of modification.
  if (!query.has("modifiedSince")) return listAnswer(listing, query);
  const compare = (fileSet: SandboxFileSet, modifiedMs: number, id: string) =>
    fileSet.modifiedMs - modifiedMs || compareText(fileSet.id, id);
  return listAnswer(
    {
      ...listing,
      items: listing.items.toSorted((left, right) => compare(left, right.modifiedMs, right.id)),
      compareToCursor: (fileSet, cursor) =>
        compare(fileSet, catalogue.fileSets.get(cursor)?.modifiedMs ?? 0, cursor),
    },
    query,
  );
}
