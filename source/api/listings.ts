import type * as v from "valibot";
import { AppError } from "../base/errors.ts";
import { parseAddress } from "../domain/address.ts";
import type { FileSet, Package } from "../domain/entities.ts";
import { toServiceTime } from "../domain/moment.ts";
import type { HttpAnswer } from "../network/http.ts";
import type { Asked } from "./replies/refusal.ts";
import { pageReply, readAs, readSanitized } from "./replies/replies.ts";
import type { FileSetFilter, PackageFilter, Pages } from "./service.ts";

/** The service's maximum. */
const pageSize = "100";

/** More pages mean that the listing never ends. */
const mostPages = 20_000;

/** Consecutive pages without a new item before a listing fails; filters leave some pages empty. */
const mostEmptyPages = 50;

/** Sent with every page, since next links may omit them; undefined values are not sent. */
export type QueryParameters = Readonly<Record<string, string | undefined>>;

export interface ListingRequest<Schema extends v.GenericSchema> extends Asked {
  /** "/file-store/v1/packages" */
  path: string;
  parameters: QueryParameters;
  schema: Schema;
  identify: (item: v.InferOutput<Schema>) => string;
  /** Filters again, because the service ignores parameters that it does not know. */
  wanted?: (item: v.InferOutput<Schema>) => boolean;
}

export type Get = (asked: Asked, url: URL, signal: AbortSignal | undefined) => Promise<HttpAnswer>;

/**
 * Yields the pages of a listing as they arrive. Follows next links on `host` only and drops repeated items.
 * Rejects with an AppError of kind service if the listing repeats a page or leads elsewhere.
 */
export async function* listPages<Schema extends v.GenericSchema>(
  get: Get,
  host: string,
  listing: ListingRequest<Schema>,
  signal: AbortSignal | undefined,
): Pages<v.InferOutput<Schema>> {
  const { purpose, wanted = () => true } = listing;
  const parameters = { ...listing.parameters, pageSize };
  const requested = new Set<string>();
  const yieldedIds = new Set<string>();
  let emptyPages = 0;
  let next: URL | undefined = withMissing(new URL(listing.path, host), parameters);
  while (next !== undefined) {
    if (requested.has(next.href) || requested.size >= mostPages) throw circular(purpose);
    requested.add(next.href);
    const answer: HttpAnswer = await get(listing, next, signal).catch((thrown: unknown) => {
      throw requested.size > 1 ? ofNextPage(thrown) : thrown;
    });
    const reply = readSanitized(purpose, answer, pageReply);
    const items = reply.value.map((item) => readAs(purpose, listing.schema, item));
    const fresh = items.filter((item) => !yieldedIds.has(listing.identify(item)));
    if (items.length > 0 && fresh.length === 0) throw circular(purpose);
    emptyPages = fresh.length === 0 ? emptyPages + 1 : 0;
    if (emptyPages > mostEmptyPages) throw circular(purpose);
    for (const item of fresh) yieldedIds.add(listing.identify(item));
    yield { items: fresh.filter(wanted), total: reply.totalResults };
    const link = reply["@nextLink"];
    next = link ? withMissing(resolveLink(purpose, link, next), parameters) : undefined;
  }
}

function resolveLink(purpose: string, link: string, page: URL): URL {
  const { origin: host } = page;
  const base = link.startsWith("?") ? page.href : host;
  const url = parseAddress(link, base);
  if (url !== undefined && url.origin === host) return url;
  throw new AppError({
    kind: "service",
    tried: purpose,
    answered: `the next page is at ${url?.origin.slice(0, 100) ?? "an invalid address"}, not at ${host}`,
    advice: "It was not requested, to protect your session. Contact your LSEG representative.",
  });
}

function withMissing(url: URL, parameters: QueryParameters): URL {
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && !url.searchParams.has(name)) url.searchParams.append(name, value);
  }
  return url;
}

/** The service wrote the next link, so a refusal of it is not a usage error. */
function ofNextPage(thrown: unknown): unknown {
  const isUsage = thrown instanceof AppError && thrown.kind === "usage";
  return isUsage ? thrown.withFacts({ kind: "service", advice: "Try again later." }) : thrown;
}

function circular(purpose: string): AppError {
  return new AppError({
    kind: "service",
    tried: purpose,
    answered: "the service repeats pages without end",
    advice: "Narrow the listing with a filter, or try again later.",
  });
}

/** Filters again, because the service ignores parameters that it does not know. */
export function isWantedPackage(filter: PackageFilter, item: Package): boolean {
  const { bucketName, packageName } = filter;
  return (
    (bucketName === undefined ||
      item.bucketNames.length === 0 ||
      item.bucketNames.some((name) => sameText(name, bucketName))) &&
    containsText(item.packageName, packageName)
  );
}

/**
 * Applies the whole filter, because the service applies only a part of it. Keeps a file set that lacks the
 * time in question.
 */
export function isWantedFileSet(filter: FileSetFilter, item: FileSet): boolean {
  return (
    (item.bucketName === "" || sameText(item.bucketName, filter.bucket)) &&
    (filter.packageId === undefined ||
      item.packageId === "" ||
      item.packageId === filter.packageId) &&
    containsText(item.name, filter.name) &&
    (filter.status === undefined || sameText(item.status, filter.status)) &&
    (filter.attributes ?? []).every(({ name, value }) =>
      item.attributes.some((attribute) => attribute.name === name && attribute.value === value),
    ) &&
    notBefore(item.created, filter.createdSince) &&
    notBefore(item.modified, filter.modifiedSince) &&
    notBefore(item.contentTo, filter.contentFrom) &&
    notAfter(item.contentFrom, filter.contentTo) &&
    notBefore(item.availableTo, filter.availableFrom) &&
    notAfter(item.availableFrom, filter.availableTo)
  );
}

function sameText(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function containsText(name: string, part: string | undefined): boolean {
  return part === undefined || name.toLowerCase().includes(part.toLowerCase());
}

function notBefore(time: string | undefined, limit: string | undefined): boolean {
  return time === undefined || limit === undefined || !(Date.parse(time) < Date.parse(limit));
}

function notAfter(time: string | undefined, limit: string | undefined): boolean {
  return time === undefined || limit === undefined || !(Date.parse(time) > Date.parse(limit));
}

/**
 * The part of a filter that the service can apply without losing matches. Times of content and availability
 * are filtered locally: the service keeps only what is within them, which excludes every Init, because its
 * content begins in 1970. `modifiedSince` cannot replace them, because a file set may be modified any time
 * before its content or availability ends. The name is filtered locally because the service keeps only
 * exact matches, and the status because the letter case that the service expects is not documented.
 */
export function fileSetParameters(filter: FileSetFilter): QueryParameters {
  const attributes = (filter.attributes ?? [])
    .filter(({ name, value }) => isPlain(name) && isPlain(value))
    .map(({ name, value }) => `${name}:${value}`);
  return {
    bucket: filter.bucket,
    packageId: filter.packageId,
    attributes: attributes.length === 0 ? undefined : attributes.join(","),
    createdSince: secondBefore(filter.createdSince),
    modifiedSince: secondBefore(filter.modifiedSince),
  };
}

/** The service separates pairs by commas and names from values by colons, without any quoting. */
function isPlain(text: string): boolean {
  return text !== "" && text === text.trim() && !/[,:]/.test(text);
}

/** It is not documented whether "since" includes the moment itself. */
function secondBefore(time: string | undefined): string | undefined {
  return time === undefined ? undefined : toServiceTime(Math.max(0, Date.parse(time) - 1_000));
}
