import type {
  KeptListing,
  ListingAccount,
  ListingCache,
  ListingKey,
} from "../../../source/listing-cache/contract.ts";
import { keyText } from "../../../source/listing-cache/listing-file.ts";

/** A catalogue in memory; several programs of one test may share it. */
export class FakeCatalogue implements ListingCache {
  readonly kept = new Map<string, KeptListing>();

  #name(account: ListingAccount, key: ListingKey): string {
    return `${account.user} ${keyText(key)}`;
  }

  async recall(account: ListingAccount, key: ListingKey): Promise<KeptListing | undefined> {
    return this.kept.get(this.#name(account, key));
  }

  async keptOf(account: ListingAccount, keys: readonly ListingKey[]) {
    return keys.filter((key) => this.kept.has(this.#name(account, key)));
  }

  keep(account: ListingAccount, key: ListingKey, listing: KeptListing): void {
    this.kept.set(this.#name(account, key), listing);
  }

  async forget({ user }: ListingAccount): Promise<void> {
    for (const name of this.kept.keys()) if (name.startsWith(`${user} `)) this.kept.delete(name);
  }

  async flush(): Promise<void> {}
}
