import { open, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isListingName, listingName, readHeader, readListing } from "./listing-file.ts";

/** Longer than any header. */
const headerBytes = 4_096;

async function namesIn(directory: string): Promise<string[]> {
  return await readdir(directory).catch(() => []);
}

/** One for each account. */
async function accountFolders(directory: string): Promise<string[]> {
  const names = await namesIn(directory);
  return names.filter((name) => /^[0-9a-f]{32}$/.test(name)).map((name) => join(directory, name));
}

async function firstLine(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headerBytes), 0, headerBytes, 0);
    return buffer.toString("utf8", 0, bytesRead).split("\n", 1)[0] ?? "";
  } finally {
    await file.close();
  }
}

/**
 * Names of buckets with kept listings of any account, as the service spells them, newest first. Reads only
 * header lines and never rejects.
 */
export async function visitedBuckets(directory: string): Promise<string[]> {
  const found = new Map<string, { bucket: string; listedAtMs: number }>();
  for (const folder of await accountFolders(directory)) {
    for (const name of await namesIn(folder)) {
      if (!isListingName(name, "packages")) continue;
      const header = readHeader(await firstLine(join(folder, name)).catch(() => ""));
      if (header?.key.kind !== "packages") continue;
      const { key, listedAtMs } = header;
      const known = found.get(key.bucket.toLowerCase());
      if (!known || known.listedAtMs < listedAtMs) {
        found.set(key.bucket.toLowerCase(), { bucket: key.bucket, listedAtMs });
      }
    }
  }
  return [...found.values()]
    .sort((left, right) => right.listedAtMs - left.listedAtMs)
    .map(({ bucket }) => bucket);
}

/** Packages in the kept listings of `bucket`. Reads one file per account and never rejects. */
export async function visitedPackages(
  directory: string,
  bucket: string,
): Promise<{ packageId: string; packageName: string }[]> {
  const key = { kind: "packages", bucket } as const;
  const found = new Map<string, { packageId: string; packageName: string }>();
  for (const folder of await accountFolders(directory)) {
    const text = await readFile(join(folder, listingName(key)), "utf8").catch(() => "");
    const listing = readListing(key, text);
    if (listing?.kind !== "packages") continue;
    for (const { packageId, packageName } of listing.items) {
      found.set(packageId, { packageId, packageName });
    }
  }
  return [...found.values()];
}
