import assert from "node:assert/strict";
import type { CachedListing, ListingKey } from "../../../source/listing-cache/contract.ts";
import { readListing, writeListing } from "../../../source/listing-cache/listing-file.ts";
import { assertCount, assertSafe } from "../oracle.ts";
import type { Target } from "../target.ts";

/* An input is the cache file of one of three listings. */

const keys: readonly ListingKey[] = [
  { kind: "packages", bucket: "bulk-ESG" },
  { kind: "file-sets", bucket: "bulk-ESG", packageId: "p1" },
  { kind: "files", fileSetId: "s1" },
];

const kept: readonly CachedListing[] = [
  {
    kind: "packages",
    items: [{ packageId: "p1", packageName: "Pack", bucketNames: ["bulk-ESG"], isEntitled: true }],
    listedAtMs: 1,
    settled: true,
  },
  {
    kind: "file-sets",
    items: [
      {
        id: "s1",
        name: "Set-Init",
        bucketName: "bulk-ESG",
        packageId: "p1",
        attributes: [{ name: "a", value: "b" }],
        files: ["f1"],
        numFiles: 1,
        status: "READY",
        contentFrom: "2026-01-01T00:00:00Z",
      },
    ],
    listedAtMs: 2,
    settled: false,
  },
  {
    kind: "files",
    items: [
      { id: "f1", filename: "a.csv", filesetId: "s1", fileSizeInBytes: 3, md5: "0".repeat(32) },
    ],
    listedAtMs: 3,
    settled: true,
  },
];

export const listings: Target = {
  name: "listings",
  sources: ["source/listing-cache/listing-file.ts"],
  seeds: () =>
    keys.flatMap((key, index) => {
      const listing = kept[index];
      return listing === undefined ? [] : [writeListing(key, listing)];
    }),
  run(input) {
    const text = input.toString("utf8");
    for (const key of keys) {
      const listing = readListing(key, text);
      if (listing === undefined) continue;
      for (const item of listing.items) {
        for (const [name, value] of Object.entries(item))
          if (typeof value === "string") assertSafe(value, name);
        if ("fileSizeInBytes" in item) assertCount(item.fileSizeInBytes, "a size");
        if ("numFiles" in item) assertCount(item.numFiles, "a number of files");
      }
      const again = readListing(key, writeListing(key, listing));
      assert.deepEqual(again, listing, "what is written again reads differently");
    }
  },
};
