import { expect, test } from "vitest";
import { availabilityWords, endsSoon } from "../../source/domain/availability.ts";

const nowMs = Date.parse("2026-11-20T12:00:00Z");

test.each([
  ["2026-12-02T13:00:00Z", "12 more days", false],
  ["2046-11-20T12:00:00Z", "20 more years", false],
  ["2026-11-23T12:00:00Z", "3 more days", false],
  ["2026-11-22T12:00:00Z", "2 more days", false],
  ["2026-11-22T11:59:00Z", "47 hours left", true],
  ["2026-11-20T14:30:00Z", "2 hours left", true],
  ["2026-11-20T13:00:00Z", "1 hour left", true],
  ["2026-11-20T12:20:59Z", "20 minutes left", true],
  ["2026-11-20T12:00:10Z", "1 minute left", true],
  ["2026-11-20T12:00:00Z", "ended", false],
  ["2020-01-01T00:00:00Z", "ended", false],
  [undefined, undefined, false],
  ["whenever", undefined, false],
])("%s: %s", (availableTo, words, soon) => {
  expect(availabilityWords(availableTo, nowMs)).toBe(words);
  expect(endsSoon(availableTo, nowMs)).toBe(soon);
});
