import { mix, seedOf } from "../model/random.ts";
import type { CataloguePart, SandboxCatalogue } from "./catalogue.ts";
import { addEsg } from "./esg.ts";
import { addOlderEsg } from "./esg-older.ts";
import { dayMs, startOfDay } from "./recurring-delivery.ts";
import { addReference } from "./reference.ts";

/** Only the dates change from day to day; within a day the catalogue is always the same. */
export function fillCatalogue(
  catalogue: SandboxCatalogue,
  nowMs: number,
  historyWeeks: number,
): void {
  for (const add of [addEsg, addOlderEsg, addReference, addTickHistory, addCustom]) {
    add(catalogue, nowMs, historyWeeks);
  }
}

// Per-client deliveries. Verified: no attributes, a lower-case bucket, names that end with the
// offset.

const hourMs = 3_600_000;
const offsetHours = 4;

const addCustom: CataloguePart = (catalogue, nowMs, historyWeeks) => {
  catalogue.addBucket({ name: "Test_CFS_BucketTiming" });
  const owner = catalogue.addPackage({
    packageName: "TM3-Custom-Municipal",
    packageId: "4c5b-0f65-c57f5ae4-b548-2a1075ee725d",
    bucketNames: ["bulk-Custom"],
    folder: "GE-11328",
  });
  catalogue.addPackage({
    packageName: "TM3-Custom-Municipal-Archive",
    bucketNames: ["bulk-Custom", "Test_CFS_BucketTiming"],
  });
  const days = Math.min(182, historyWeeks * 18);
  for (let age = 1; age <= days * 12; age++) {
    const contentMs = startOfDay(nowMs) - age * 2 * hourMs;
    const local = new Date(contentMs - offsetHours * hourMs).toISOString().slice(0, 23);
    const createdMs = contentMs + (77 + (mix(seedOf(local), 2) % 60)) * 1000;
    const name = `TESTDEVDATALIBRARY${local}-0${offsetHours}:00`;
    catalogue.addFileSet({
      name,
      packageId: owner.packageId,
      bucketName: "bulk-custom",
      contentFromMs: contentMs - 2 * hourMs,
      contentToMs: contentMs,
      availableFromMs: createdMs,
      availableToMs: createdMs + 182 * dayMs,
      createdMs,
      modifiedMs: createdMs + 3000,
      files: [
        {
          filename: name,
          bytes: 12_000 + (mix(seedOf(name), 1) % 80_000),
          kind: "municipal",
          listedMd5: "missing",
        },
      ],
    });
  }
};

// Tick History, venue by day. Assumed: sizes and the rest of the names.

const venues: readonly [code: string, gigabytes: number][] = [
  ["ASX", 2.1],
  ["HKG", 4.6],
  ["LSE", 3.2],
  ["NSQ", 11.4],
  ["NYS", 8.8],
  ["TYO", 5.5],
];

const addTickHistory: CataloguePart = (catalogue, nowMs, historyWeeks) => {
  const owner = catalogue.addPackage({
    packageName: "TickHistory-VBD-NoEmbargo",
    packageId: "4c01-ab9e-db594a31-a8f5-5b7852ec4638",
    packageType: "core",
    bucketNames: ["TICKHISTORY_VBD_NO_EMBARGO"],
  });
  for (let age = 1; age <= Math.min(30, historyWeeks * 7); age++) {
    const dayStart = startOfDay(nowMs) - age * dayMs;
    const weekday = new Date(dayStart).getUTCDay();
    if (weekday === 0 || weekday === 6) continue;
    const date = new Date(dayStart).toISOString().slice(0, 10);
    for (const [venue, gigabytes] of venues) {
      const title = `${venue}-${date}-NORMALIZEDMP`;
      const createdMs = dayStart + 22 * 3_600_000 + (mix(seedOf(title), 1) % 5_000) * 1000;
      catalogue.addFileSet({
        name: title,
        packageId: owner.packageId,
        attributes: [
          { name: "Venue", value: venue },
          { name: "ContentType", value: "NORMALIZEDMP" },
        ],
        contentFromMs: dayStart,
        contentToMs: dayStart + dayMs,
        availableFromMs: createdMs,
        availableToMs: createdMs + 30 * dayMs,
        createdMs,
        modifiedMs: createdMs + 600_000,
        files: [
          {
            filename: `${title}-Data-1-of-1.csv.gz`,
            bytes: Math.round(gigabytes * 1e9 * (0.95 + (mix(seedOf(title), 2) % 1000) / 10_000)),
            kind: "ticks",
          },
          {
            filename: `${title}-Report-1-of-1.csv.gz`,
            bytes: 18_000 + (mix(seedOf(title), 3) % 9_000),
            kind: "ticks",
          },
        ],
      });
    }
  }
};
