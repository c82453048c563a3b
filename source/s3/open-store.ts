import type { Variables } from "../base/environment-types.ts";
import type { StoreAddress } from "../domain/store-address.ts";
import type { Exchange } from "../network/exchange.ts";
import { ObjectStore } from "./object-store.ts";
import { findStoreAccess } from "./store-access.ts";
import { createStoreRequests } from "./store-requests.ts";

export interface OpenStoreOptions {
  address: StoreAddress;
  exchange: Exchange;
  variables: Variables;
  /** The text of the script with the part of the AWS SDK. */
  toolsText(): string;
  signal: AbortSignal;
}

/** Opens a store that can be listed. Rejects with an AppError, or with an AbortError. */
export async function openStore({ signal, ...parts }: OpenStoreOptions): Promise<ObjectStore> {
  const access = await findStoreAccess(parts);
  const store = new ObjectStore(parts.address, createStoreRequests({ ...parts, access }));
  await store.check(signal);
  return store;
}
