import { cacheDirectory } from "../../base/directories.ts";
import { profileFolder } from "../../config/profile-folder.ts";
import { profilesIn } from "../../config/profiles.ts";
import { openStateStore } from "../../config/state-store.ts";
import { knownBuckets } from "../../domain/content-sets.ts";
import { visitedBuckets, visitedPackages } from "../../listing-cache/visited-names.ts";
import { type Call, createOutput } from "../console/call.ts";

/** `cfs names buckets|packages|profiles`: names for completion, without a request to the service. */
export async function names(kind: string, bucket: string | undefined, call: Call): Promise<void> {
  const { configDirectory, profile } = call.environment;
  const directory = profileFolder(cacheDirectory(configDirectory), profile);
  const output = createOutput(call.stdout);
  if (kind === "packages") {
    const packages = await visitedPackages(directory, bucket ?? "");
    for (const name of new Set(packages.map(({ packageName }) => packageName))) output.line(name);
    return;
  }
  const kept = openStateStore({ directory: configDirectory, notice: () => undefined });
  if (kind === "profiles") {
    for (const { name } of profilesIn(kept.read())) output.line(name);
    return;
  }
  const found = new Map<string, string>();
  for (const name of [
    ...kept.read().recentBuckets,
    ...(await visitedBuckets(directory)),
    ...knownBuckets().map((known) => known.bucket),
  ]) {
    if (!found.has(name.toLowerCase())) found.set(name.toLowerCase(), name);
  }
  for (const name of found.values()) output.line(name);
}
