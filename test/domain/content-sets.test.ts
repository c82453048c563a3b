import { describe, expect, it } from "vitest";
import { canonicalBucket, knownBuckets } from "../../source/domain/content-sets.ts";

describe("content sets", () => {
  it("names each bucket once, with all that it holds", () => {
    const buckets = knownBuckets();
    expect(new Set(buckets.map(({ bucket }) => bucket)).size).toBe(buckets.length);
    expect(buckets.find(({ bucket }) => bucket === "bulk-ESG")?.titles).toEqual([
      "ESG",
      "ESG Point in Time",
    ]);
  });

  it("mends the misspelling of an older text and trims what is typed", () => {
    expect(canonicalBucket(" STARMINER_PREDICTIVE_ANALYTICS_SMARTECON_LIVE ")).toBe(
      "STARMINE_PREDICTIVE_ANALYTICS_SMARTECON_LIVE",
    );
    expect(canonicalBucket("Bulk-esg")).toBe("Bulk-esg");
  });
});
