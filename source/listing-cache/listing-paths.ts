import { createHash } from "node:crypto";
import { join } from "node:path";
import type { CatalogueAccount, ListingKey } from "./contract.ts";
import { keyText } from "./listing-file.ts";

const digest = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 32);

/** The folder of one account within it; its name tells neither user nor host. */
export function accountDirectory(directory: string, account: CatalogueAccount): string {
  return join(directory, digest(`${account.host}\n${account.kind}\n${account.user}`));
}

/** The file of one listing within the account's folder. */
export function listingName(key: ListingKey): string {
  return `${key.kind}-${digest(keyText(key))}.jsonl`;
}

/** True for the names that `listingName` gives, of that kind or of any. */
export function isListingName(name: string, kind?: ListingKey["kind"]): boolean {
  return (
    /^(packages|file-sets|files)-[0-9a-f]{32}\.jsonl$/.test(name) &&
    name.startsWith(`${kind ?? ""}`)
  );
}
