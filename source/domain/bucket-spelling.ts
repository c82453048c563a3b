import { knownBuckets } from "./content-sets.ts";

/**
 * How the service spells the bucket that was asked for in any case: the first of `names` that is the same
 * bucket, else the name of a known content set, else what was asked for.
 */
export function bucketSpelling(asked: string, names: Iterable<string>): string {
  const key = asked.toLowerCase();
  for (const name of names) if (name.toLowerCase() === key) return name;
  const known = knownBuckets().find(({ bucket }) => bucket.toLowerCase() === key);
  return known?.bucket ?? asked;
}
