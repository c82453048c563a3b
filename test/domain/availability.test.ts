import { expect, test } from "vitest";
import { availabilityText, elapsedShare, endsSoon } from "../../source/domain/availability.ts";

const nowMs = Date.parse("2026-11-20T12:00:00Z");

test.each([
  ["2026-12-02T13:00:00Z", "12d left", false],
  ["2046-11-20T12:00:00Z", "20y left", false],
  ["2026-11-23T12:00:00Z", "3d left", false],
  ["2026-11-22T12:00:00Z", "2d left", false],
  ["2026-11-22T11:59:00Z", "47h left", true],
  ["2026-11-20T14:30:00Z", "2h left", true],
  ["2026-11-20T13:00:00Z", "60m left", true],
  ["2026-11-20T12:20:59Z", "20m left", true],
  ["2026-11-20T12:00:10Z", "1m left", true],
  ["2026-11-20T12:00:00Z", "expired", false],
  ["2020-01-01T00:00:00Z", "expired", false],
  [undefined, undefined, false],
  ["whenever", undefined, false],
])("%s: %s", (availableTo, words, soon) => {
  expect(availabilityText(availableTo, nowMs)).toBe(words);
  expect(endsSoon(availableTo, nowMs)).toBe(soon);
});

test.each([
  ["2026-11-10T12:00:00Z", "2026-11-30T12:00:00Z", 0.5],
  ["2026-11-21T12:00:00Z", "2026-11-22T12:00:00Z", -1],
  ["2026-11-10T12:00:00Z", "2026-11-15T12:00:00Z", 2],
  ["2026-11-10T12:00:00Z", "2026-11-10T12:00:00Z", undefined],
  ["2026-11-10T12:00:00Z", undefined, undefined],
  [undefined, "2026-11-30T12:00:00Z", undefined],
])("from %s to %s, %s has elapsed", (from, to, share) => {
  expect(elapsedShare(from, to, nowMs)).toBe(share);
});
