import { type Answer, accessDenied, badParameter, noResource } from "../http/answers.ts";
import type { Assumptions } from "../model/assumptions.ts";
import type { SandboxFileSet } from "../model/entities.ts";
import {
  badTime,
  fileStorePath,
  listAnswer,
  maximumPageSize,
  type PagedList,
  sinceFilter,
  sinceTimes,
  timeParameter,
} from "./paging.ts";
import { showFile, showFileSet } from "./records.ts";
import { compareText, type ListParts } from "./visibility.ts";

function refusal(parts: ListParts, query: URLSearchParams, bucket: string): Answer | undefined {
  const { catalogue, visibility } = parts;
  if (!catalogue.bucketNamed(bucket)) return noResource("Bucket", bucket);
  const wrong = badTime(query, fileSetFilter.times);
  if (wrong) return wrong;
  const requested = catalogue.packages.get(query.get("packageId") ?? "");
  if (requested && !requested.isEntitled) return accessDenied();
  // Verified: at least one of the bucket's claims is needed.
  const packages = visibility.packagesIn(bucket);
  const isBarred = packages.length > 0 && !packages.some((each) => each.isEntitled);
  return isBarred ? accessDenied() : undefined;
}

/** GET /file-sets: the bucket is required and matched case-insensitively. */
export async function listFileSets(parts: ListParts, query: URLSearchParams): Promise<Answer> {
  const { catalogue, assumptions, visibility } = parts;
  const bucket = query.get("bucket");
  if (!bucket) {
    return badParameter("bucket", "is required");
  }
  const refused = refusal(parts, query, bucket);
  if (refused) return refused;

  const matches = fileSetFilter.create(query, assumptions);
  const listing: PagedList<SandboxFileSet> = {
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
  // Verified: sets are sorted by random id, or by modification time with modifiedSince.
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

const windowTimes = ["availableFrom", "availableTo", "contentFrom", "contentTo"] as const;
const times = [...windowTimes, ...sinceTimes] as const;

/** Verified: "ContentType:ESG Scores,ResultCount:12"; a pair without a colon matches nothing. */
function attributesIn(text: string | null): { name: string; value: string }[] {
  if (!text) return [];
  return text.split(",").map((pair) => {
    const colon = pair.indexOf(":");
    return { name: pair.slice(0, colon).trim(), value: pair.slice(colon + 1).trim() };
  });
}

type Keeps = (fileSet: SandboxFileSet) => boolean;

/** Verified: a set must lie within every given window. */
function inWindows(query: URLSearchParams, undated: Assumptions["undatedContent"]): Keeps {
  const [
    availableFrom = Number.NEGATIVE_INFINITY,
    availableTo = Number.POSITIVE_INFINITY,
    contentFrom = Number.NEGATIVE_INFINITY,
    contentTo = Number.POSITIVE_INFINITY,
  ] = windowTimes.map((name) => timeParameter(query, name));
  const limitsContent = query.has("contentFrom") || query.has("contentTo");

  return ({ availableFromMs, availableToMs, contentFromMs, contentToMs }) => {
    if (availableFromMs < availableFrom || availableToMs > availableTo) return false;
    if (contentFromMs === undefined || contentToMs === undefined) {
      return !limitsContent || undated === "kept";
    }
    return contentFromMs >= contentFrom && contentToMs <= contentTo;
  };
}

function create(query: URLSearchParams, { undatedContent }: Assumptions): Keeps {
  const packageId = query.get("packageId");
  const name = query.get("name");
  const status = query.get("status")?.toUpperCase();
  const attributes = attributesIn(query.get("attributes"));
  const isSince = sinceFilter(query);
  const isInWindows = inWindows(query, undatedContent);

  return (fileSet) =>
    (packageId === null || fileSet.packageId === packageId) &&
    (name === null || fileSet.name === name) &&
    (status === undefined || fileSet.status === status) &&
    attributes.every((wanted) =>
      fileSet.attributes.some((each) => each.name === wanted.name && each.value === wanted.value),
    ) &&
    isInWindows(fileSet) &&
    isSince(fileSet);
}

/** Verified: parameters that are not listed here are ignored. */
const fileSetFilter = {
  times,
  parameters: ["bucket", "packageId", "name", "attributes", "status", ...times],
  create,
};

/** GET /files. Verified: sorted by id, so parts are out of order. */
export async function listFiles(parts: ListParts, query: URLSearchParams): Promise<Answer> {
  const { catalogue, visibility, hosts } = parts;
  const id = query.get("filesetId");
  if (!id) {
    return badParameter("filesetId", "is required");
  }
  const fileSet = catalogue.fileSets.get(id);
  if (!fileSet || !visibility.isAvailable(fileSet)) return noResource("Fileset", id);
  if (!visibility.isEntitledTo(fileSet.packageId)) return accessDenied();
  const wrong = badTime(query, sinceTimes);
  if (wrong) return wrong;
  // Verified: the parameter is fileName; older documentation has filename.
  const name = (query.get("fileName") ?? query.get("filename") ?? "").toLowerCase();
  const isSince = sinceFilter(query);
  return listAnswer(
    {
      path: `${fileStorePath}/files`,
      items: catalogue.filesOf(fileSet),
      keep: (file) => file.filename.toLowerCase().includes(name) && isSince(file),
      cursorName: "fileId",
      cursorOf: (file) => file.id,
      compareToCursor: (file, cursor) => compareText(file.id, cursor),
      repeated: ["filesetId", "fileName", ...sinceTimes],
      maximumPageSize,
      show: (file) => showFile(file, hosts(), catalogue),
    },
    query,
  );
}
