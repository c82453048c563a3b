import { expect, test } from "vitest";
import { deliveryKind } from "../../../source/domain/deliveries/name.ts";
import { naturalOrder } from "../../../source/domain/ordering.ts";

test.each([
  ["Bulk-ESG-Global-Scores-Full-v1-Jsonl-Init-2023-11-26T16:18:44.000Z", "Init"],
  ["RFT-ESG-Raw-delta-2021-01-17-part07.jsonl.gz", "Delta"],
  ["EsgPITAnalyticValueScore.2006.F.2023-12-10-0857.zip", "Full"],
  ["EsgPITAnalyticValueScore.2006.I.2023-12-10-0857.zip", "Update"],
  ["Initial-Deltas", undefined],
  ["TESTDEVDATALIBRARY2025-09-16T13:00:00.000-04:00", undefined],
])("%s is %s", (name, kind) => {
  expect(deliveryKind(name)).toBe(kind);
});

test("names are ordered as people count", () => {
  const names = ["part10", "part2", "Part1", "part1", "part02"];
  expect(names.sort(naturalOrder)).toEqual(["Part1", "part1", "part02", "part2", "part10"]);
});
