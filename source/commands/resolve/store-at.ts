import { textBeside } from "../../app/built-assets.ts";
import type { Parts } from "../../app/compose.ts";
import { parseStoreAddress, storeAddressAdvice } from "../../domain/store-address.ts";
import type { ObjectStore } from "../../s3/object-store.ts";
import { openStore } from "../../s3/open-store.ts";
import { usageError } from "../console/usage-error.ts";

/** Opens an object store. Rejects with an AppError if it cannot be used. */
export function openStoreAt(
  directory: string,
  { exchange }: Pick<Parts, "exchange">,
  signal: AbortSignal,
): Promise<ObjectStore> {
  const address = parseStoreAddress(directory);
  if (address === undefined) throw usageError(`${directory} is not valid`, storeAddressAdvice);
  const toolsText = () => textBeside("aws-tools.cjs");
  return openStore({ address, exchange, variables: process.env, toolsText, signal });
}
