import type { Parts } from "../../app/compose.ts";
import type { Call } from "../console/call.ts";
import type { Destination } from "../resolve/destination.ts";
import type { TransferDestination } from "./destination.ts";
import { folderDestination } from "./folder-destination.ts";

/** Rejects with an AppError if an object store cannot be used. */
export async function openDestination(
  destination: Destination,
  parts: Parts,
  call: Call,
): Promise<TransferDestination> {
  if (destination.kind === "folder") return folderDestination(destination.directory);
  const { openStoreDestination } = await import("./store-destination.ts");
  return openStoreDestination(destination, parts, call);
}
