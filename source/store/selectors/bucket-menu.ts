import { bucketSpelling, knownBuckets } from "../../domain/content-sets.ts";
import { matchesFilter, parseFilter } from "../../domain/filter-words.ts";
import { naturalOrder } from "../../domain/ordering.ts";
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

/** Lists each opened, known or listed bucket once, filtered unless the field is still the selected current name. */
export function menuItems(bucket: BucketSlice): MenuItem[] {
  const items = allItems(bucket);
  if (bucket.field.selected) return items;
  const filter = parseFilter(bucket.field.text);
  return items.filter(({ bucket: name, about }) => matchesFilter(filter, `${name} ${about}`));
}
