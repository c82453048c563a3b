import { textBeside } from "../../app/built-assets.ts";
import type { Parts } from "../../app/compose.ts";
import type { StoreAddress } from "../../domain/store-address.ts";
import type { ObjectStore } from "../../s3/object-store.ts";
import { openStore } from "../../s3/open-store.ts";

/** Opens an object store. Rejects with an AppError if it cannot be used. */
export function openStoreAt(
  address: StoreAddress,
  { exchange }: Pick<Parts, "exchange">,
  signal: AbortSignal,
): Promise<ObjectStore> {
  const toolsText = () => textBeside("aws-tools.cjs");
  return openStore({ address, exchange, variables: process.env, toolsText, signal });
}
