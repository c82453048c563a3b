import { expect, test } from "vitest";
import {
  counted,
  readableBytes,
  readableClock,
  readableEta,
  readableRate,
  readableSeconds,
  readableTime,
} from "../../source/domain/readable.ts";

test.each([
  [undefined, "–"],
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [9_949, "9.9 kB"],
  [9_960, "10 kB"],
  [999_600, "1.0 MB"],
  [93_023_551, "93 MB"],
  [2_400_000_000, "2.4 GB"],
  [40_000_000_000, "40 GB"],
  [5e18, "5000 PB"],
])("%s bytes read as %s", (bytes, text) => {
  expect(readableBytes(bytes)).toBe(text);
});

test.each([
  [undefined, "–"],
  [Number.POSITIVE_INFINITY, "–"],
  [0, "0s"],
  [59.4, "59s"],
  [59.6, "1m00s"],
  [185, "3m05s"],
  [7_620, "2h07m"],
  [3_599.9, "1h00m"],
  [385_200, "4d11h"],
])("%s seconds read as %s", (seconds, text) => {
  expect(readableSeconds(seconds)).toBe(text);
});

test("an ETA is a time, or unknown", () => {
  expect(readableEta(738)).toBe("ETA 12m18s");
  expect(readableEta(undefined)).toBe("ETA unknown");
});

test("times lose their seconds and their zone letter, and stay UTC", () => {
  expect(readableTime("2023-11-26T16:18:44Z")).toBe("2023-11-26 16:18");
  expect(readableTime(undefined)).toBe("–");
  expect(readableTime("next week")).toBe("next week");
});

test("a rate of nothing is unknown, and counts have their word in number", () => {
  expect(readableRate(0)).toBe("–");
  expect(readableRate(18_200_000)).toBe("18 MB/s");
  expect(counted(1, "file set")).toBe("1 file set");
  expect(counted(4310, "file set")).toBe("4,310 file sets");
});

test("a moment of today is its time, one of another day has its date", () => {
  const noon = new Date(2026, 10, 24, 12, 0).getTime();
  expect(readableClock(new Date(2026, 10, 24, 9, 5).getTime(), noon)).toBe("09:05");
  expect(readableClock(new Date(2026, 10, 23, 14, 2).getTime(), noon)).toBe("2026-11-23 14:02");
});
