import { type Answer, accessDenied, badParameter, noResource } from "../http/answers.ts";
import {
  badTime,
  fileStorePath,
  isSet,
  listAnswer,
  maximumPageSize,
  sinceFilter,
  sinceTimes,
} from "./paging.ts";
import { showBucket, showPackage } from "./records.ts";
import { compareText, type ListParts } from "./visibility.ts";

/** Verified: clients request pages of 1000 buckets. */
const maximumBuckets = 1000;

/** GET /buckets: `name` matches a substring, `attributes` are separated by semicolons. */
export async function listBuckets(parts: ListParts, query: URLSearchParams): Promise<Answer> {
  const { catalogue, assumptions, visibility } = parts;
  if (assumptions.bucketList === "refused") return accessDenied();
  const wrong = badTime(query, sinceTimes);
  if (wrong) return wrong;
  const isSince = sinceFilter(query);
  const name = query.get("name")?.toLowerCase() ?? "";
  const attributes = query.get("attributes")?.split(";").filter(Boolean) ?? [];
  const isListed = (bucketName: string) =>
    assumptions.bucketList === "all" ||
    visibility.packagesIn(bucketName).some((each) => each.isEntitled);
  return listAnswer(
    {
      path: `${fileStorePath}/buckets`,
      items: catalogue.sortedBuckets(),
      keep: (bucket) =>
        bucket.name.toLowerCase().includes(name) &&
        attributes.every((attribute) => bucket.attributes.includes(attribute)) &&
        isSince(bucket) &&
        isListed(bucket.name),
      cursorName: "bucketName",
      cursorOf: (bucket) => bucket.name,
      compareToCursor: (bucket, cursor) => compareText(bucket.name, cursor),
      repeated: ["name", "attributes", ...sinceTimes],
      maximumPageSize: maximumBuckets,
      show: showBucket,
    },
    query,
  );
}

/** GET /packages. Verified: bucketName is optional; packages without entitlement are listed too. */
export async function listPackages(parts: ListParts, query: URLSearchParams): Promise<Answer> {
  const { catalogue, assumptions, visibility } = parts;
  const bucketName = query.get("bucketName");
  const isUnknown = bucketName !== null && !catalogue.bucketNamed(bucketName);
  if (isUnknown && assumptions.unknownBucketInPackages === "not-found") {
    return noResource("Bucket", bucketName);
  }
  const wantedName = query.get("packageName")?.toLowerCase() ?? "";
  const wantedType = query.get("packageType")?.toLowerCase();
  const all = bucketName === null ? catalogue.sortedPackages() : visibility.packagesIn(bucketName);
  const items = all.filter(
    (each) =>
      each.packageName.toLowerCase().includes(wantedName) &&
      (wantedType === undefined || each.packageType.toLowerCase() === wantedType),
  );
  const page = query.has("page") ? Number(query.get("page")) : undefined;
  if (page !== undefined && !(Number.isInteger(page) && page > 0)) {
    return badParameter("page", "must be a positive number");
  }
  const withEntitlement = isSet(query, "includedEntitlementResult");
  const withTotal = isSet(query, "includedTotalResult");
  return listAnswer(
    {
      path: `${fileStorePath}/packages`,
      items,
      keep: () => true,
      page,
      cursorName: "packageId",
      cursorOf: (each) => each.packageId,
      compareToCursor: (each, cursor) => compareText(each.packageId, cursor),
      repeated: [
        "bucketName",
        "packageName",
        "packageType",
        "includedTotalResult",
        "includedEntitlementResult",
      ],
      maximumPageSize,
      show: (each) => showPackage(each, withEntitlement),
      more: () => (withTotal ? { totalResults: items.length } : {}),
    },
    query,
  );
}
