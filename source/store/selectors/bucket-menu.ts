import { bucketSpelling, knownBuckets } from "../../domain/content-sets.ts";
import { matchesFilter, parseFilter } from "../../domain/filter-words.ts";
import { fuzzyMatch } from "../../domain/fuzzy.ts";
import { naturalOrder } from "../../domain/ordering.ts";
import { parsePlacePath } from "../../domain/visit.ts";
import type { BucketSlice } from "../state/state.ts";

export interface MenuItem {
  bucket: string;
  about: string;
}

function allItems({ recent, listed }: BucketSlice): MenuItem[] {
  const items = new Map<string, MenuItem>();
  const titles = new Map(
    knownBuckets().map((known) => [known.bucket.toLowerCase(), known.titles.join(", ")]),
  );
  const add = (bucket: string, how: string) => {
    const key = bucket.toLowerCase();
    if (items.has(key)) return;
    const about = [titles.get(key), how].filter((part) => part !== undefined && part !== "");
    items.set(key, { bucket, about: about.join(" · ") });
  };
  for (const bucket of recent) add(bucketSpelling(bucket, [...listed, bucket]), "opened before");
  for (const { bucket } of knownBuckets()) add(bucketSpelling(bucket, listed), "");
  for (const bucket of listed.toSorted(naturalOrder)) add(bucket, "listed by the service");
  return [...items.values()];
}

/** How well the name matches: 4 equals it, 3 begins with it, 2 and 1 contain it, 0 otherwise. */
function rankOf(typed: string, { bucket }: MenuItem): number {
  return Math.floor((fuzzyMatch(typed, bucket.toLowerCase())?.score ?? 0) / 10_000);
}

/** Best match first, in upper or lower case; matches of equal rank keep their order. */
function matching(bucket: BucketSlice, typed: string): MenuItem[] {
  const wanted = typed.toLowerCase();
  const filter = parseFilter(wanted);
  return allItems(bucket)
    .filter((item) => matchesFilter(filter, `${item.bucket} ${item.about}`.toLowerCase()))
    .toSorted((left, right) => rankOf(wanted, right) - rankOf(wanted, left));
}

/** Lists each opened, known or listed bucket once, filtered unless the field is still the selected current name. */
export function menuItems(bucket: BucketSlice): MenuItem[] {
  if (bucket.field.selected) return allItems(bucket);
  return matching(bucket, parsePlacePath(bucket.field.text).bucket);
}

/** The bucket that Enter opens: the best match of "bulk-E", or the text itself if nothing matches or a slash ends it. */
export function meantBucket(bucket: BucketSlice, path: string): string {
  const { bucket: typed, package: wanted } = parsePlacePath(path);
  const isWhole = wanted === undefined && path.includes("/");
  if (typed === "" || isWhole) return typed;
  return matching(bucket, typed)[0]?.bucket ?? typed;
}

/** "bulk-ESG/Package" of "bulk-e/Package". */
export function meantPath(bucket: BucketSlice, path: string): string {
  const wanted = parsePlacePath(path).package;
  const name = meantBucket(bucket, path);
  return wanted === undefined ? name : `${name}/${wanted}`;
}

export function bucketNames(bucket: BucketSlice): string[] {
  return allItems(bucket).map((item) => item.bucket);
}
