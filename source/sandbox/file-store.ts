import { type Answer, accessDenied, gatewayError, jsonAnswer, noResource } from "./answers.ts";
import type { Assumptions } from "./assumptions.ts";
import type { Catalogue } from "./catalogue.ts";
import type { SandboxFile, SandboxFileSet, SandboxPackage } from "./entities.ts";
import { fileSetFilter } from "./file-set-filter.ts";
import { badTime, isSet, type Listing, listAnswer, timeParameter } from "./listing.ts";
import { showBucket, showFile, showFileSet, showPackage } from "./shown.ts";

/** What the file store needs to know. */
export interface FileStoreParts {
  catalogue: Catalogue;
  assumptions: Assumptions;
  now: () => number;
  /** Origin of the API, and of the object store. */
  hosts(): { host: string; objectHost: string };
  /** A presigned address of the file's object. */
  presign(file: SandboxFile, urlSeconds: number | undefined): string;
}

/** The endpoints below /file-store/v1, for requests whose access token is good. */
export interface SandboxFileStore {
  buckets(query: URLSearchParams): Promise<Answer>;
  packages(query: URLSearchParams): Promise<Answer>;
  package(id: string): Answer;
  fileSets(query: URLSearchParams): Promise<Answer>;
  files(query: URLSearchParams): Promise<Answer>;
  file(id: string): Promise<Answer>;
  stream(id: string, query: URLSearchParams, urlSeconds?: number): Answer;
}

export const fileStorePath = "/file-store/v1";

/** Verified for file sets; assumed for packages and files. */
const maximumPageSize = 100;
/** Verified: /buckets is asked for 1000. */
const maximumBuckets = 1000;

const byText = (left: string, right: string) => (left < right ? -1 : left > right ? 1 : 0);

export function createFileStore(parts: FileStoreParts): SandboxFileStore {
  const { catalogue, assumptions, now } = parts;

  const isEntitledTo = (packageId: string) =>
    catalogue.packages.get(packageId)?.isEntitled === true;
  const packagesIn = (bucketName: string) =>
    catalogue
      .sortedPackages()
      .filter((each) =>
        each.bucketNames.some((name) => name.toLowerCase() === bucketName.toLowerCase()),
      );
  /** Verified: a set is seen within its availability only. */
  const isVisible = (fileSet: SandboxFileSet) =>
    fileSet.availableFromMs <= now() && fileSet.availableToMs > now();

  const visibleFileSet = (id: string) => {
    const fileSet = catalogue.fileSets.get(id);
    return fileSet && isVisible(fileSet) ? fileSet : undefined;
  };

  return {
    async buckets(query) {
      if (assumptions.bucketList === "refused") return accessDenied();
      const name = query.get("name")?.toLowerCase() ?? "";
      const attributes = query.get("attributes")?.split(";").filter(Boolean) ?? [];
      return listAnswer(
        {
          path: `${fileStorePath}/buckets`,
          items: catalogue.sortedBuckets(),
          keep: (bucket) =>
            bucket.name.toLowerCase().includes(name) &&
            attributes.every((attribute) => bucket.attributes.includes(attribute)) &&
            (assumptions.bucketList === "all" ||
              packagesIn(bucket.name).some((each) => each.isEntitled)),
          cursorName: "bucketName",
          cursorOf: (bucket) => bucket.name,
          compareToCursor: (bucket, cursor) => byText(bucket.name, cursor),
          repeated: ["name", "attributes", "pageSize"],
          maximumPageSize: maximumBuckets,
          show: showBucket,
        },
        query,
      );
    },

    async packages(query) {
      const bucketName = query.get("bucketName");
      if (
        bucketName !== null &&
        !catalogue.bucketNamed(bucketName) &&
        assumptions.unknownBucketInPackages === "not-found"
      ) {
        return noResource("Bucket", bucketName);
      }
      const wantedName = query.get("packageName")?.toLowerCase() ?? "";
      const wantedType = query.get("packageType")?.toLowerCase();
      const inBucket = bucketName === null ? catalogue.sortedPackages() : packagesIn(bucketName);
      const items = inBucket.filter(
        (each) =>
          each.packageName.toLowerCase().includes(wantedName) &&
          (wantedType === undefined || each.packageType.toLowerCase() === wantedType),
      );
      const withEntitlement = isSet(query, "includedEntitlementResult");
      const listing: Listing<SandboxPackage> = {
        path: `${fileStorePath}/packages`,
        items,
        keep: () => true,
        cursorName: "packageId",
        cursorOf: (each) => each.packageId,
        compareToCursor: (each, cursor) => byText(each.packageId, cursor),
        repeated: [
          "bucketName",
          "packageName",
          "packageType",
          "includedTotalResult",
          "includedEntitlementResult",
          "pageSize",
        ],
        maximumPageSize,
        show: (each) => showPackage(each, withEntitlement),
        more: () => (isSet(query, "includedTotalResult") ? { totalResults: items.length } : {}),
      };
      return listAnswer(listing, query);
    },

    package(id) {
      const found = catalogue.packages.get(id);
      return found ? jsonAnswer(200, showPackage(found, false)) : noResource("Package", id);
    },

    async fileSets(query) {
      const bucket = query.get("bucket");
      if (!bucket) {
        return gatewayError(400, "Validation error", [{ key: "bucket", reason: "is required" }]);
      }
      if (!catalogue.bucketNamed(bucket)) return noResource("Bucket", bucket);
      const wrong = badTime(query, fileSetFilter.times);
      if (wrong) return wrong;
      const packageId = query.get("packageId");
      const asked = packageId === null ? undefined : catalogue.packages.get(packageId);
      if (asked && !asked.isEntitled) return accessDenied();
      if (!packagesIn(bucket).some((each) => each.isEntitled)) return accessDenied();

      const matches = fileSetFilter.create(query);
      const listing: Listing<SandboxFileSet> = {
        path: `${fileStorePath}/file-sets`,
        items: catalogue.sortedFileSets(),
        keep: (fileSet) =>
          fileSet.bucketName.toLowerCase() === bucket.toLowerCase() &&
          isVisible(fileSet) &&
          isEntitledTo(fileSet.packageId) &&
          matches(fileSet),
        cursorName: "filesetId",
        cursorOf: (fileSet) => fileSet.id,
        compareToCursor: (fileSet, cursor) => byText(fileSet.id, cursor),
        repeated: fileSetFilter.parameters.filter(
          (name) => name !== "modifiedSince" || assumptions.nextLinkKeepsModifiedSince,
        ),
        maximumPageSize,
        show: (fileSet) => showFileSet(fileSet, catalogue.filesOf(fileSet)),
      };
      if (!query.has("modifiedSince")) return listAnswer(listing, query);
      // Verified: with modifiedSince the order is that of modification.
      const place = (fileSet: SandboxFileSet, modifiedMs: number, id: string) =>
        fileSet.modifiedMs - modifiedMs || byText(fileSet.id, id);
      return listAnswer(
        {
          ...listing,
          items: listing.items.toSorted((left, right) => place(left, right.modifiedMs, right.id)),
          compareToCursor: (fileSet, cursor) =>
            place(fileSet, catalogue.fileSets.get(cursor)?.modifiedMs ?? 0, cursor),
        },
        query,
      );
    },

    async files(query) {
      const id = query.get("filesetId");
      if (!id) {
        return gatewayError(400, "Validation error", [{ key: "filesetId", reason: "is required" }]);
      }
      const fileSet = visibleFileSet(id);
      if (!fileSet) return noResource("Fileset", id);
      if (!isEntitledTo(fileSet.packageId)) return accessDenied();
      const wrong = badTime(query, ["createdSince", "modifiedSince"]);
      if (wrong) return wrong;
      // Verified: the parameter is fileName; an older text has filename.
      const name = (query.get("fileName") ?? query.get("filename") ?? "").toLowerCase();
      const createdSince = timeParameter(query, "createdSince") ?? 0;
      const modifiedSince = timeParameter(query, "modifiedSince") ?? 0;
      return listAnswer(
        {
          path: `${fileStorePath}/files`,
          items: catalogue.filesOf(fileSet),
          keep: (file) =>
            file.filename.toLowerCase().includes(name) &&
            file.createdMs >= createdSince &&
            file.modifiedMs >= modifiedSince,
          cursorName: "fileId",
          cursorOf: (file) => file.id,
          compareToCursor: (file, cursor) => byText(file.id, cursor),
          repeated: ["filesetId", "fileName", "createdSince", "modifiedSince", "pageSize"],
          maximumPageSize,
          show: (file) => showFile(file, parts.hosts(), catalogue),
        },
        query,
      );
    },

    async file(id) {
      const file = catalogue.files.get(id);
      const fileSet = file && visibleFileSet(file.filesetId);
      if (!file || !fileSet) return noResource("File", id);
      if (!isEntitledTo(fileSet.packageId)) return accessDenied();
      return jsonAnswer(200, await showFile(file, parts.hosts(), catalogue));
    },

    stream(id, query, urlSeconds) {
      const file = catalogue.files.get(id);
      if (!file) return noResource("File", id);
      const fileSet = catalogue.fileSets.get(file.filesetId);
      // Verified: 403 for a file that was there before. Its body is assumed.
      if (!fileSet || !isVisible(fileSet)) return accessDenied("Access denied");
      if (!isEntitledTo(fileSet.packageId)) return accessDenied();
      // Assumed: a set that is not READY gives out no bytes.
      if (fileSet.status !== "READY") return noResource("File", id);
      const url = parts.presign(file, urlSeconds);
      if (isSet(query, "doNotRedirect")) return jsonAnswer(200, { url });
      return { status: assumptions.redirectStatus, headers: { Location: url }, body: "" };
    },
  };
}
