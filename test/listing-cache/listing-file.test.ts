import { expect, it } from "vitest";
import { readListing } from "../../source/listing-cache/listing-file.ts";

const key = { kind: "packages", bucket: "bulk-ESG" } as const;
const fileOf = (listedAtMs: string) =>
  `{"version":1,"key":${JSON.stringify(key)},"listedAtMs":${listedAtMs},"settled":true,"items":0}\n`;

it("treats a listing that would never expire as damaged", () => {
  expect(readListing(key, fileOf("1"))).toMatchObject({ listedAtMs: 1 });
  expect(readListing(key, fileOf("1e999"))).toBeUndefined();
});
