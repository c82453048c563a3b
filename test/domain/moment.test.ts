import { describe, expect, it } from "vitest";
import { parseMoment } from "../../source/domain/moment.ts";

const nowMs = Date.parse("2026-03-10T12:00:00Z");

describe("parseMoment", () => {
  it.each([
    ["7d", "2026-03-03T12:00:00Z"],
    ["36h", "2026-03-09T00:00:00Z"],
    ["2w", "2026-02-24T12:00:00Z"],
    ["999999d", "1970-01-01T00:00:00Z"],
    ["2026-01-31", "2026-01-31T00:00:00Z"],
    ["2026-01-31T09:30", "2026-01-31T09:30:00Z"],
    ["2026-01-31T09:30:15.999Z", "2026-01-31T09:30:15Z"],
    ["2026-01-31T09:30:00+02:00", "2026-01-31T07:30:00Z"],
    ["2026-01-31 09:30:00", "2026-01-31T09:30:00Z"],
  ])("reads %s", (text, moment) => {
    expect(parseMoment(text, nowMs)).toBe(moment);
  });

  it.each([
    "",
    "yesterday",
    "7",
    "d",
    "-7d",
    "2026-13-40",
    "2026-02-30",
    "2026-02-30T09:00:00Z",
    "2026-01-31T25:00",
    "10.5h",
  ])("refuses %s", (text) => {
    expect(parseMoment(text, nowMs)).toBeUndefined();
  });
});
