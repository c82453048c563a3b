import type {
  Catalogue,
  CatalogueAccount,
  KeptListing,
  ListingKey,
} from "../../../source/listing-cache/contract.ts";
import { keyText } from "../../../source/listing-cache/listing-file.ts";

/** A catalogue in memory; several programs of one test may share it. */
export class FakeCatalogue implements Catalogue {
  readonly kept = new Map<string, KeptListing>();

  #name(account: CatalogueAccount, key: ListingKey): string {
    return `${account.user} ${keyText(key)}`;
  }

  async recall(account: CatalogueAccount, key: ListingKey): Promise<KeptListing | undefined> {
    return this.kept.get(this.#name(account, key));
  }

  async keptOf(account: CatalogueAccount, keys: readonly ListingKey[]) {
    return keys.filter((key) => this.kept.has(this.#name(account, key)));
  }

  keep(account: CatalogueAccount, key: ListingKey, listing: KeptListing): void {
    this.kept.set(this.#name(account, key), listing);
  }

  async forget({ user }: CatalogueAccount): Promise<void> {
    for (const name of this.kept.keys()) if (name.startsWith(`${user} `)) this.kept.delete(name);
  }

  async flush(): Promise<void> {}
}
