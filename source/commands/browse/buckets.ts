import { knownBuckets } from "../../domain/content-sets.ts";
import { type Call, type CommonOptions, createOutput } from "../console/call.ts";
import { withSession } from "../console/with-session.ts";

interface KnownBucket {
  name: string;
  sources: string[];
  [field: string]: unknown;
}

/** `cfs buckets`: listed by the service, used before, or of known content sets. */
export function buckets(options: CommonOptions, call: Call): Promise<void> {
  return withSession(call, async ({ fileStore, preferences }) => {
    const found = new Map<string, KnownBucket>();
    const add = (bucket: { name: string }, source: string) => {
      const key = bucket.name.toLowerCase();
      const known = found.get(key);
      found.set(key, { ...bucket, ...known, sources: [...(known?.sources ?? []), source] });
    };
    for await (const page of fileStore.buckets(call.signal)) {
      for (const bucket of page.items) add(bucket, "service");
    }
    for (const name of preferences.recentBuckets()) add({ name }, "used before");
    for (const { bucket, titles } of knownBuckets()) add({ name: bucket }, titles.join(", "));
    const output = createOutput(call.stdout);
    const rows = [...found.values()].sort((left, right) =>
      left.name.localeCompare(right.name, "en"),
    );
    if (options.json) for (const row of rows) output.json(row);
    else
      output.table(
        [["BUCKET", "KNOWN FROM"], ...rows.map((row) => [row.name, row.sources.join("; ")])],
        [{}, { least: 10 }],
      );
  });
}
