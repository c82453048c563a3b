import type { FileSet, Package, StoredFile } from "../domain/entities.ts";

/** Listings are kept per account and never shown to another one. */
export interface ListingAccount {
  host: string;
  kind: "password" | "client";
  /** User name or client id. */
  user: string;
}

/** Bucket names are compared case-insensitively. */
export type ListingKey =
  | { kind: "packages"; bucket: string }
  | { kind: "file-sets"; bucket: string; packageId: string }
  | { kind: "files"; fileSetId: string };

export type ListedItems =
  | { kind: "packages"; items: readonly Package[] }
  | { kind: "file-sets"; items: readonly FileSet[] }
  | { kind: "files"; items: readonly StoredFile[] };

/** `listedAtMs` is in milliseconds since 1970. */
export type CachedListing = ListedItems & {
  listedAtMs: number;
  /** True for the files of a READY file set, which never change. */
  settled: boolean;
};

/**
 * Listings on disk, shown at once on the next visit and then refreshed. Holds no secrets and may lose
 * entries at any time.
 */
export interface ListingCache {
  /** Resolves with undefined if the listing is absent, too old or damaged. Never rejects. */
  get(account: ListingAccount, key: ListingKey): Promise<CachedListing | undefined>;
  /** The `keys` that have a listing, without reading it. Never rejects. */
  cachedOf(account: ListingAccount, keys: readonly ListingKey[]): Promise<readonly ListingKey[]>;
  /** Stores a whole listing in the background and ignores write errors. */
  put(account: ListingAccount, key: ListingKey, listing: CachedListing): void;
  forget(account: ListingAccount): Promise<void>;
  /** Resolves when pending writes and reads have finished or failed. */
  flush(): Promise<void>;
}
