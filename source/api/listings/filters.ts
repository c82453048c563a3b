import type { FileSet, Package } from "../../domain/entities.ts";
import type { FileSetFilter, PackageFilter } from "../service.ts";

/**
 * True where the package is one that was asked for. The service ignores a parameter that it does
 * not know, so every filter is checked here once more.
 */
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
 * True where the file set fits the whole filter, of which the service applies only a part. A file set
 * without the time in question fits.
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
