import { mix, seedOf } from "../model/random.ts";
import type { CataloguePart } from "./catalogue.ts";
import { dayMs, startOfDay } from "./recurring-delivery.ts";

/*
 * Tick History, venue by day: one set for each venue and trading day, with a file of gigabytes.
 * Sizes and the rest of the names are assumed.
 */

const venues: readonly [code: string, gigabytes: number][] = [
  ["ASX", 2.1],
  ["HKG", 4.6],
  ["LSE", 3.2],
  ["NSQ", 11.4],
  ["NYS", 8.8],
  ["TYO", 5.5],
];

export const addTickHistory: CataloguePart = (catalogue, nowMs, historyWeeks) => {
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
