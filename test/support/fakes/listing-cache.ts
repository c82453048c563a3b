import type {
  CachedListing,
  ListingAccount,
  ListingCache,
  ListingKey,
} from "../../../source/listing-cache/contract.ts";
import { keyText } from "../../../source/listing-cache/listing-file.ts";

/** A listing cache in memory; several programs of one test may share it. */
export class FakeListingCache implements ListingCache {
  readonly kept = new Map<string, CachedListing>();

  #name(account: ListingAccount, key: ListingKey): string {
    return `${account.user} ${keyText(key)}`;
  }

  async get(account: ListingAccount, key: ListingKey): Promise<CachedListing | undefined> {
    return this.kept.get(this.#name(account, key));
  }

  async cachedOf(account: ListingAccount, keys: readonly ListingKey[]) {
    return keys.filter((key) => this.kept.has(this.#name(account, key)));
  }

  put(account: ListingAccount, key: ListingKey, listing: CachedListing): void {
    this.kept.set(this.#name(account, key), listing);
  }

  async forget({ user }: ListingAccount): Promise<void> {
    for (const name of this.kept.keys()) if (name.startsWith(`${user} `)) this.kept.delete(name);
  }

  async flush(): Promise<void> {}
}
