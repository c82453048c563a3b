import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { isListingName } from "./listing-file.ts";

/** Limits of a listing cache. */
export interface Bounds {
  totalBytes: number;
  /** Larger listings are not kept. */
  listingBytes: number;
  /** Longer listings are not kept, because serializing them would delay key presses. */
  listingItems: number;
  /** Age since the listing was last kept. */
  ageMs: number;
}

export const usualBounds: Bounds = {
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
export async function keepWithin(
  directory: string,
  bounds: Bounds,
  nowMs: number,
): Promise<number> {
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
