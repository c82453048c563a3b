import type { CataloguePart } from "./catalogue.ts";
import { mix, seedOf } from "./random.ts";
import { dayMs, startOfDay } from "./series.ts";

/*
 * ESG Point in Time. Verified: 115 zip files in one set, of which the set names 25; no content dates;
 * ".F." in a name is full, ".I." incremental; out on Mondays by 09:00 UTC, there for about 13 days.
 */

const mondayOfEpoch = 4;
const measures = ["AnalyticValueScore", "DataPoint", "Indicator", "PillarScore", "TopicScore"];
const firstYear = 2003;
const fullYears = 20;

export const addPointInTime: CataloguePart = (catalogue, nowMs, historyWeeks) => {
  const owner = catalogue.addPackage({
    packageName: "RFT-ESG-PIT-SDI",
    packageId: "4173-aec7-8a0b0ac9-96f9-48e83ddbd2ad",
    bucketNames: ["bulk-ESG"],
  });
  const today = startOfDay(nowMs) / dayMs;
  const lastMonday = today - 1 - ((today - 1 - mondayOfEpoch) % 7);
  for (let week = 0; week < Math.min(3, historyWeeks); week++) {
    const createdMs = (lastMonday - week * 7) * dayMs + (8 * 60 + 21) * 60_000;
    const sunday = new Date(createdMs - dayMs).toISOString().slice(0, 10);
    const names = measures.flatMap((measure) => [
      ...Array.from(
        { length: fullYears },
        (_, year) => `EsgPIT${measure}.${firstYear + year}.F.${sunday}-0857.zip`,
      ),
      ...Array.from(
        { length: 3 },
        (_, year) => `EsgPIT${measure}.${firstYear + fullYears + year}.I.${sunday}-0857.zip`,
      ),
    ]);
    catalogue.addFileSet({
      name: `RFT-ESG-PIT-SDI-${sunday}`,
      packageId: owner.packageId,
      availableFromMs: createdMs,
      availableToMs: createdMs + 13 * dayMs,
      createdMs,
      modifiedMs: createdMs + 17 * 60_000,
      files: names.map((filename) => ({
        filename,
        bytes: 40_000 + (mix(seedOf(filename), 1) % 900_000),
        kind: "esg",
      })),
    });
  }
};
