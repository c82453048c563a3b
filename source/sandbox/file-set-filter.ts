import type { Assumptions } from "./assumptions.ts";
import type { SandboxFileSet } from "./entities.ts";
import { timeParameter } from "./listing.ts";

const windowTimes = ["availableFrom", "availableTo", "contentFrom", "contentTo"] as const;
const times = [...windowTimes, "createdSince", "modifiedSince"] as const;

/** Verified: "ContentType:ESG Scores,ResultCount:12"; a pair without a colon matches nothing. */
function attributesIn(text: string | null): { name: string; value: string }[] {
  if (!text) return [];
  return text.split(",").map((pair) => {
    const colon = pair.indexOf(":");
    return { name: pair.slice(0, colon).trim(), value: pair.slice(colon + 1).trim() };
  });
}

type Keeps = (fileSet: SandboxFileSet) => boolean;

/** Assumed: what has no date is left out. */
function notBefore(ms: number | undefined, limit: number | undefined): boolean {
  return limit === undefined || (ms !== undefined && ms >= limit);
}

function notAfter(ms: number | undefined, limit: number | undefined): boolean {
  return limit === undefined || (ms !== undefined && ms <= limit);
}

function inWindows(query: URLSearchParams, windows: Assumptions["windows"]): Keeps {
  const [availableFrom, availableTo, contentFrom, contentTo] = windowTimes.map((name) =>
    timeParameter(query, name),
  );
  if (windows === "within") {
    return (fileSet) =>
      notBefore(fileSet.availableFromMs, availableFrom) &&
      notAfter(fileSet.availableToMs, availableTo) &&
      notBefore(fileSet.contentFromMs, contentFrom) &&
      notAfter(fileSet.contentToMs, contentTo);
  }
  return (fileSet) =>
    notAfter(fileSet.availableFromMs, availableFrom) &&
    notBefore(fileSet.availableToMs, availableTo) &&
    notBefore(fileSet.contentToMs, contentFrom) &&
    notAfter(fileSet.contentFromMs, contentTo);
}

function create(query: URLSearchParams, { windows }: Assumptions): Keeps {
  const packageId = query.get("packageId");
  const name = query.get("name");
  const status = query.get("status")?.toUpperCase();
  const attributes = attributesIn(query.get("attributes"));
  const createdSince = timeParameter(query, "createdSince");
  const modifiedSince = timeParameter(query, "modifiedSince");
  const isInWindows = inWindows(query, windows);

  return (fileSet) =>
    (packageId === null || fileSet.packageId === packageId) &&
    (name === null || fileSet.name === name) &&
    (status === undefined || fileSet.status === status) &&
    attributes.every((wanted) =>
      fileSet.attributes.some((each) => each.name === wanted.name && each.value === wanted.value),
    ) &&
    isInWindows(fileSet) &&
    notBefore(fileSet.createdMs, createdSince) &&
    notBefore(fileSet.modifiedMs, modifiedSince);
}

/** Which file sets a query asks for; parameters that are not named here are ignored (verified). */
export const fileSetFilter = {
  times,
  parameters: ["bucket", "packageId", "name", "attributes", "status", ...times, "pageSize"],
  create,
};
