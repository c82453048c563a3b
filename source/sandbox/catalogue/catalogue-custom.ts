import { mix, seedOf } from "../model/random.ts";
import type { CataloguePart } from "./catalogue.ts";
import { dayMs, startOfDay } from "./recurring-delivery.ts";

/*
 * Per-client deliveries: one file each two hours, there for half a year, so one package has thousands
 * of sets. Verified: sets without attributes; answers give the bucket's name in lower case; a file's
 * name has no extension and ends with the offset from UTC.
 */

const hourMs = 3_600_000;
const offsetHours = 4;

export const addCustom: CataloguePart = (catalogue, nowMs, historyWeeks) => {
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
