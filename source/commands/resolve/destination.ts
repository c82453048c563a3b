import { resolve } from "node:path";
import {
  isStoreAddress,
  parseStoreAddress,
  type StoreAddress,
  storeAddressAdvice,
} from "../../domain/store-address.ts";
import { usageError } from "../console/usage-error.ts";

/** An object store as a destination. */
export interface StoreLocation {
  kind: "store";
  /** "s3://bucket/prefix" */
  directory: string;
  address: StoreAddress;
}

/** Where files go; the path of a folder is absolute. */
export type Destination = { kind: "folder"; directory: string } | StoreLocation;

/** Reads a path or s3://BUCKET/PREFIX. An error names `source`. Throws an AppError of kind usage. */
export function readDestination(text: string, source = "-o"): Destination {
  if (!isStoreAddress(text)) {
    const path = folderPath(text, "Give the path of a folder, or s3://BUCKET/PREFIX.");
    return { kind: "folder", directory: resolve(path) };
  }
  const address = parseStoreAddress(text);
  if (address === undefined)
    throw usageError(`${source}: ${text} is not valid`, storeAddressAdvice);
  return { kind: "store", directory: text.replace(/\/$/, ""), address };
}

/** Refuses an address such as gs://…, which would be a folder named gs: on this machine. */
export function folderPath(text: string, advice: string): string {
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(text)) return text;
  throw usageError(`${text} is not a folder`, advice);
}

/** Throws an AppError of kind usage if an object store is given with one of the options that are true. */
export function refuseForStore(
  { directory, kind }: Destination,
  options: Readonly<Record<string, unknown>>,
): void {
  const option = Object.keys(options).find(
    (name) => options[name] !== undefined && options[name] !== false,
  );
  if (option === undefined || kind === "folder") return;
  throw usageError(
    `${option} needs a folder, and ${directory} is an object store`,
    `Leave out ${option}, or give a folder with -o.`,
  );
}
