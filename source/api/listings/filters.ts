import type { FileSet, Package } from "../../domain/entities.ts";
import { toServiceTime } from "../../domain/moment.ts";
import type { FileSetFilter, PackageFilter } from "../service.ts";
import type { QueryParameters } from "./pages.ts";

/** Filters again, because the service ignores parameters that it does not know. */
export function isWantedPackage(filter: PackageFilter, item: Package): boolean {
  const { bucketName, packageName } = filter;
  return (
    (bucketName === undefined ||
      item.bucketNames.length === 0 ||
      item.bucketNames.some((name) => sameText(name, bucketName))) &&
    (packageName === undefined ||
      item.packageName.toLowerCase().includes(packageName.toLowerCase()))
  );
}

/**
 * Applies the whole filter, of which the service applies only a part; keeps a file set that lacks the time
 * in question.
 */
export function isWantedFileSet(filter: FileSetFilter, item: FileSet): boolean {
  return (
    (item.bucketName === "" || sameText(item.bucketName, filter.bucket)) &&
    (filter.packageId === undefined ||
      item.packageId === "" ||
      item.packageId === filter.packageId) &&
    (filter.name === undefined || item.name === filter.name) &&
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

function notBefore(time: string | undefined, limit: string | undefined): boolean {
  return time === undefined || limit === undefined || !(Date.parse(time) < Date.parse(limit));
}

function notAfter(time: string | undefined, limit: string | undefined): boolean {
  return time === undefined || limit === undefined || !(Date.parse(time) > Date.parse(limit));
}

/**
 * The part of a filter that the service can apply without losing matches. Times of content and availability
 * are filtered locally: the service keeps what lies within them, which excludes every Init, since its
 * content begins in 1970. `modifiedSince` cannot replace them, because a file set may be modified any time
 * before its content or availability ends. The status is filtered locally because the letter case that the
 * service expects is not documented.
 */
export function fileSetParameters(filter: FileSetFilter): QueryParameters {
  const attributes = (filter.attributes ?? [])
    .filter(({ name, value }) => isPlain(name) && isPlain(value))
    .map(({ name, value }) => `${name}:${value}`);
  return {
    bucket: filter.bucket,
    packageId: filter.packageId,
    name: filter.name,
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
