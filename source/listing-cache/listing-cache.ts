import { randomBytes } from "node:crypto";
import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "../files/disk.ts";
import { makeFolder } from "../files/make-folder.ts";
import type { CachedListing, ListingAccount, ListingCache, ListingKey } from "./contract.ts";
import {
  accountDirectory,
  isListingName,
  listingName,
  readListing,
  writeListing,
} from "./listing-file.ts";

export interface ListingCacheOptions {
  /** Created on the first write. */
  directory: string;
  nowMs: () => number;
  bounds?: Bounds;
}

/** Uses a unique temporary name, because several processes may write the same listing. */
async function writeFile(folder: string, name: string, text: string): Promise<void> {
  await makeFolder(folder, { mode: 0o700 });
  const target = join(folder, name);
  const temporary = `${target}.${randomBytes(6).toString("hex")}`;
  await writeAtomically(target, text, { temporary });
}

interface Waiting {
  folder: string;
  name: string;
  key: ListingKey;
  listing: CachedListing;
}

/** Reads and creates nothing before it is used. */
export function createListingCache({
  directory,
  nowMs,
  bounds = usualBounds,
}: ListingCacheOptions): ListingCache {
  /** Pending writes by path; a newer listing replaces an older one. */
  const waiting = new Map<string, Waiting>();
  let writing: Promise<void> | undefined;
  const reading = new Set<Promise<unknown>>();
  let bytesKept: number | undefined;

  async function writeOne({ folder, key, listing, name }: Waiting): Promise<void> {
    const text = listing.items.length > bounds.listingItems ? "" : writeListing(key, listing);
    const bytes = Buffer.byteLength(text);
    if (bytes === 0 || bytes > bounds.listingBytes) {
      await rm(join(folder, name), { force: true });
      return;
    }
    await writeFile(folder, name, text);
    bytesKept = bytesKept === undefined ? undefined : bytesKept + bytes;
    if (bytesKept === undefined || bytesKept > bounds.totalBytes) {
      bytesKept = await keepWithin(directory, bounds, nowMs());
    }
  }

  async function writeWaiting(): Promise<void> {
    for (;;) {
      const [next] = waiting;
      if (!next) return;
      const [path, own] = next;
      await writeOne(own).catch(() => undefined);
      if (waiting.get(path) === own) waiting.delete(path);
    }
  }

  function pump(): Promise<void> {
    writing ??= writeWaiting().finally(() => {
      writing = undefined;
    });
    return writing;
  }

  const folderOf = (account: ListingAccount) => accountDirectory(directory, account);

  async function find(
    account: ListingAccount,
    key: ListingKey,
  ): Promise<CachedListing | undefined> {
    const path = join(folderOf(account), listingName(key));
    const unwritten = waiting.get(path);
    if (unwritten) return unwritten.listing;
    const text = await readFile(path, "utf8").catch(() => undefined);
    if (text === undefined) return undefined;
    const listing = readListing(key, text);
    if (!listing) await rm(path, { force: true }).catch(() => undefined);
    return listing && nowMs() - listing.listedAtMs <= bounds.ageMs ? listing : undefined;
  }

  return {
    get(account, key) {
      const found = find(account, key).finally(() => reading.delete(found));
      reading.add(found);
      return found;
    },
    async cachedOf(account, keys) {
      if (keys.length === 0) return [];
      const folder = folderOf(account);
      const names = new Set(await readdir(folder).catch(() => []));
      for (const { folder: own, name } of waiting.values()) if (own === folder) names.add(name);
      return names.size === 0 ? [] : keys.filter((key) => names.has(listingName(key)));
    },
    put(account, key, listing) {
      const folder = folderOf(account);
      const name = listingName(key);
      waiting.set(join(folder, name), { folder, name, key, listing });
      void pump();
    },
    async forget(account) {
      const folder = folderOf(account);
      for (const [path, { folder: own }] of waiting) if (own === folder) waiting.delete(path);
      await writing;
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    },
    async flush() {
      while (waiting.size > 0 || writing) await pump();
      await Promise.all(reading);
    },
  };
}

/** Limits of a listing cache. */
interface Bounds {
  totalBytes: number;
  /** Larger listings are not kept. */
  listingBytes: number;
  /** Longer listings are not kept, because serializing them would delay key presses. */
  listingItems: number;
  /** Age since the listing was last kept. */
  ageMs: number;
}

const usualBounds: Bounds = {
  totalBytes: 64_000_000,
  listingBytes: 16_000_000,
  listingItems: 30_000,
  ageMs: 30 * 24 * 3_600_000,
};

/** Temporary files of killed processes are removed after an hour. */
const temporaryMs = 3_600_000;

interface Found {
  path: string;
  bytes: number;
  keptAtMs: number;
}

async function filesIn(directory: string): Promise<Found[]> {
  const found: Found[] = [];
  for (const folder of await readdir(directory).catch(() => [])) {
    if (!/^[0-9a-f]{32}$/.test(folder)) continue;
    for (const name of await readdir(join(directory, folder)).catch(() => [])) {
      const path = join(directory, folder, name);
      const known = await stat(path).catch(() => undefined);
      if (known?.isFile()) found.push({ path, bytes: known.size, keptAtMs: known.mtimeMs });
    }
  }
  return found;
}

function isOver({ keptAtMs, path }: Found, bounds: Bounds, nowMs: number): boolean {
  const isListing = isListingName(path.split(/[\\/]/).at(-1) ?? "");
  return nowMs - keptAtMs > (isListing ? bounds.ageMs : temporaryMs);
}

/** Removes expired listings, then the oldest until a tenth of the limit is free. Resolves with the bytes kept. */
async function keepWithin(directory: string, bounds: Bounds, nowMs: number): Promise<number> {
  const files = (await filesIn(directory)).sort((left, right) => left.keptAtMs - right.keptAtMs);
  let keptBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const wantedBytes = keptBytes > bounds.totalBytes ? bounds.totalBytes * 0.9 : keptBytes;
  for (const file of files) {
    if (keptBytes <= wantedBytes && !isOver(file, bounds, nowMs)) continue;
    await rm(file.path, { force: true }).catch(() => undefined);
    keptBytes -= file.bytes;
  }
  return keptBytes;
}
