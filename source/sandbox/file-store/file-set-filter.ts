import type { Assumptions } from "../model/assumptions.ts";
import type { SandboxFileSet } from "../model/entities.ts";
import { sinceFilter, sinceTimes, timeParameter } from "./listing.ts";

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

/** Verified: a set is kept that lies within each window. */
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

/** Which file sets a query asks for; parameters that are not named here are ignored (verified). */
export const fileSetFilter = {
  times,
  parameters: ["bucket", "packageId", "name", "attributes", "status", ...times],
  create,
};
