import type { FileSet, Package, StoredFile } from "../domain/entities.ts";

/** Whose listings they are: what one account saw is never shown to another. */
export interface ListingAccount {
  /** Origin of the service. */
  host: string;
  kind: "password" | "client";
  /** The user name, or the client id. */
  user: string;
}

/** What was listed. Buckets are compared without regard to case. */
export type ListingKey =
  | { kind: "packages"; bucket: string }
  | { kind: "file-sets"; bucket: string; packageId: string }
  | { kind: "files"; fileSetId: string };

export type ListedItems =
  | { kind: "packages"; items: readonly Package[] }
  | { kind: "file-sets"; items: readonly FileSet[] }
  | { kind: "files"; items: readonly StoredFile[] };

/** A whole listing as it was at `listedAtMs`, in milliseconds since 1970. */
export type KeptListing = ListedItems & {
  listedAtMs: number;
  /** True for the files of a READY set: they never change. */
  settled: boolean;
};

/**
 * What was listed at places that were visited, on disk: to be shown at once the next time, and refreshed
 * behind. It holds no secret. It may lose anything at any time; nothing in it is the truth.
 */
export interface ListingCache {
  /** The listing of the last time; undefined where there is none, or it is too old or damaged. Never rejects. */
  recall(account: ListingAccount, key: ListingKey): Promise<KeptListing | undefined>;
  /** Those of `keys` that something is kept of; it is not read. Never rejects. */
  keptOf(account: ListingAccount, keys: readonly ListingKey[]): Promise<readonly ListingKey[]>;
  /** Keeps a whole listing, written behind. What cannot be written is left out without a word. */
  keep(account: ListingAccount, key: ListingKey, listing: KeptListing): void;
  /** Forgets all that this account saw. */
  forget(account: ListingAccount): Promise<void>;
  /** Resolves when all that was kept is on disk, or could not be written. */
  flush(): Promise<void>;
}
