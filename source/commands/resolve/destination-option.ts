import { resolve } from "node:path";
import { isStoreAddress } from "../../domain/store-address.ts";
import { usageError } from "../console/usage-error.ts";

/** The absolute path of a folder as it was typed, or "s3://bucket/prefix". */
export function readDestination(output: string): string {
  return isStoreAddress(output) ? output.replace(/\/$/, "") : resolve(output);
}

/** Throws an AppError of kind usage if an object store is given with one of the options that are true. */
export function refuseForStore(
  directory: string,
  options: Readonly<Record<string, unknown>>,
): void {
  const option = Object.keys(options).find(
    (name) => options[name] !== undefined && options[name] !== false,
  );
  if (option === undefined || !isStoreAddress(directory)) return;
  throw usageError(
    `${option} needs a folder, and ${directory} is an object store`,
    `Leave out ${option}, or give a folder with -o.`,
  );
}
