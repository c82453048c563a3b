import type { SandboxFileSet } from "./entities.ts";
import { timeParameter } from "./listing.ts";

const times = [
  "availableFrom",
  "availableTo",
  "contentFrom",
  "contentTo",
  "createdSince",
  "modifiedSince",
] as const;

/** Verified: "ContentType:ESG Scores,ResultCount:12"; a pair without a colon matches nothing. */
function attributesIn(text: string | null): { name: string; value: string }[] {
  if (!text) return [];
  return text.split(",").map((pair) => {
    const colon = pair.indexOf(":");
    return { name: pair.slice(0, colon).trim(), value: pair.slice(colon + 1).trim() };
  });
}

function create(query: URLSearchParams): (fileSet: SandboxFileSet) => boolean {
  const packageId = query.get("packageId");
  const name = query.get("name");
  const status = query.get("status")?.toUpperCase();
  const attributes = attributesIn(query.get("attributes"));
  const [availableFrom, availableTo, contentFrom, contentTo, createdSince, modifiedSince] =
    times.map((each) => timeParameter(query, each));

  /** Assumed: a window asked for keeps what lies within it; what has no date is left out. */
  const notBefore = (ms: number | undefined, limit: number | undefined) =>
    limit === undefined || (ms !== undefined && ms >= limit);
  const notAfter = (ms: number | undefined, limit: number | undefined) =>
    limit === undefined || (ms !== undefined && ms <= limit);

  return (fileSet) =>
    (packageId === null || fileSet.packageId === packageId) &&
    (name === null || fileSet.name === name) &&
    (status === undefined || fileSet.status === status) &&
    attributes.every((wanted) =>
      fileSet.attributes.some((each) => each.name === wanted.name && each.value === wanted.value),
    ) &&
    notBefore(fileSet.availableFromMs, availableFrom) &&
    notAfter(fileSet.availableToMs, availableTo) &&
    notBefore(fileSet.contentFromMs, contentFrom) &&
    notAfter(fileSet.contentToMs, contentTo) &&
    notBefore(fileSet.createdMs, createdSince) &&
    notBefore(fileSet.modifiedMs, modifiedSince);
}

/** Which file sets a query asks for; parameters that are not named here are ignored (verified). */
export const fileSetFilter = {
  times,
  parameters: ["bucket", "packageId", "name", "attributes", "status", ...times, "pageSize"],
  create,
};
