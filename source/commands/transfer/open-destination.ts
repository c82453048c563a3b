import type { Parts } from "../../app/compose.ts";
import { isStoreAddress } from "../../domain/store-address.ts";
import type { Call } from "../console/call.ts";
import type { TransferDestination } from "./destination.ts";
import { folderDestination } from "./folder-destination.ts";

/** Rejects with an AppError if an object store cannot be used. */
export async function openDestination(
  directory: string,
  parts: Parts,
  call: Call,
): Promise<TransferDestination> {
  if (!isStoreAddress(directory)) return folderDestination(directory);
  const { openStoreDestination } = await import("./store-destination.ts");
  return openStoreDestination(directory, parts, call);
}
