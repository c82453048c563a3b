export interface ContentSet {
  title: string;
  bucket: string;
  packageId: string;
}

/** From the table of LSEG's sample "RDP Generic CFS File Workflow"; accounts may have others. */
export const contentSets: readonly ContentSet[] = [
  {
    title: "ESG",
    bucket: "bulk-ESG",
    packageId: "4288-ebb6-93372235-acb2-89882a826af1",
  },
  {
    title: "ESG Point in Time",
    bucket: "bulk-ESG",
    packageId: "4173-aec7-8a0b0ac9-96f9-48e83ddbd2ad",
  },
  {
    title: "Financial Markets Reference Data",
    bucket: "bulk-FMRD",
    packageId: "4d48-d7ff-edcc3d38-8243-a4f7517962b8",
  },
  {
    title: "Green Revenue, Standard",
    bucket: "bulk-GreenRevenue",
    packageId: "4316-d43b-81c40763-8e6a-0dbec8162ab1",
  },
  {
    title: "Green Revenue, Summary",
    bucket: "bulk-GreenRevenue",
    packageId: "4e94-6d63-fea034dc-90e2-de33895bd4e9",
  },
  {
    title: "StarMine SmartEcon",
    bucket: "STARMINE_PREDICTIVE_ANALYTICS_SMARTECON_LIVE",
    packageId: "40d4-1404-58533484-afe8-718650a4e0d4",
  },
  {
    title: "Symbology",
    bucket: "bulk-Symbology",
    packageId: "4c80-73a0-fcef949b-bfde-2b9b8117cfb0",
  },
  {
    title: "Tick History, venue by day",
    bucket: "TICKHISTORY_VBD_NO_EMBARGO",
    packageId: "4c01-ab9e-db594a31-a8f5-5b7852ec4638",
  },
];

/** Misspellings of older documentation, in lower case, with the right names. */
const misspelt: ReadonlyMap<string, string> = new Map([
  ["starminer_predictive_analytics_smartecon_live", "STARMINE_PREDICTIVE_ANALYTICS_SMARTECON_LIVE"],
]);

/** Trims the name and corrects a known misspelling. */
export function canonicalBucket(name: string): string {
  const trimmed = name.trim();
  return misspelt.get(trimmed.toLowerCase()) ?? trimmed;
}

/** The buckets of the known content sets, without duplicates. */
export function knownBuckets(): { bucket: string; titles: string[] }[] {
  const titles = new Map<string, string[]>();
  for (const { bucket, title } of contentSets) {
    const others = titles.get(bucket);
    if (others) others.push(title);
    else titles.set(bucket, [title]);
  }
  return [...titles].map(([bucket, found]) => ({ bucket, titles: found }));
}

/** The service's own case, from `names` or else from the known content sets. */
export function bucketSpelling(typed: string, names: Iterable<string>): string {
  const key = typed.toLowerCase();
  for (const name of names) if (name.toLowerCase() === key) return name;
  const known = knownBuckets().find(({ bucket }) => bucket.toLowerCase() === key);
  return known?.bucket ?? typed;
}
