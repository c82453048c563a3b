import { describe, expect, it } from "vitest";
import { limitAt, limitText, parseLimitRate, writtenRate } from "../../source/base/limit-rate.ts";

/** Milliseconds since 1970 at a local time, so that the tests do not depend on the time zone. */
function at(clock: string): number {
  const [hours, minutes] = clock.split(":").map(Number);
  return new Date(2026, 10, 23, hours, minutes).getTime();
}

function parsed(text: string) {
  const limitRate = parseLimitRate(text);
  if (limitRate === undefined) throw new Error(`${text} is refused`);
  return limitRate;
}

const shownAt = (text: string, clock: string) => limitText(limitAt(parsed(text), at(clock)));

describe("a rate", () => {
  it.for([
    ["5M", 5_000_000],
    ["5m", 5_000_000],
    ["500k", 500_000],
    ["1.5M", 1_500_000],
    ["1G", 1_000_000_000],
    ["20MB/s", 20_000_000],
    ["20 MB/s", 20_000_000],
    ["5MiB", 5 * 1_024 * 1_024],
    ["64000", 64_000],
    [" 5M ", 5_000_000],
    ["off", Number.POSITIVE_INFINITY],
    ["unlimited", Number.POSITIVE_INFINITY],
    ["0", Number.POSITIVE_INFINITY],
  ] as const)("%s is %d bytes per second", ([text, bytesPerSecond]) => {
    expect(limitAt(parsed(text), at("12:00"))).toEqual({ bytesPerSecond, until: undefined });
  });

  it.for([
    "",
    "fast",
    "5X",
    "-5M",
    "5M/h",
    "20",
    "999",
    "1e9",
    "5M,",
    "5M, 20M",
    "08:00 5M",
    "08:00-18:00",
    "08:00-18:00 fast",
    "8-18 5M",
    "08:00-08:00 5M",
    "08:60-18:00 5M",
    "08:00-24:01 5M",
    `${"9".repeat(30)}G`,
  ])('"%s" is refused', (text) => {
    expect(parseLimitRate(text)).toBeUndefined();
  });

  it("is written as the settings accept it", () => {
    expect([2_465_000, 250_000, 12_340_000_000, 1_000].map(writtenRate)).toEqual([
      "2.5M",
      "250k",
      "12000M",
      "1k",
    ]);
    expect(limitAt(parsed("2.5M"), 0).bytesPerSecond).toBe(2_500_000);
    expect(writtenRate(900)).toBeUndefined();
  });
});

describe("a timetable", () => {
  const office = "08:00-18:00 5M, 20M";

  it.for([
    ["07:59", "limited to 20 MB/s until 08:00"],
    ["08:00", "limited to 5 MB/s until 18:00"],
    ["17:59", "limited to 5 MB/s until 18:00"],
    ["18:00", "limited to 20 MB/s until 08:00"],
  ] as const)("at %s is %s", ([clock, shown]) => {
    expect(shownAt(office, clock)).toBe(shown);
  });

  it("without a rate for the rest of the day is unlimited then", () => {
    expect(shownAt("08:00-18:00 500k", "09:30")).toBe("limited to 500 kB/s until 18:00");
    expect(shownAt("08:00-18:00 500k", "19:00")).toBeUndefined();
  });

  it("may pass midnight, and end at it", () => {
    const nights = "22:00-06:00 off, 5M";
    expect(shownAt(nights, "23:00")).toBeUndefined();
    expect(shownAt(nights, "05:59")).toBeUndefined();
    expect(shownAt(nights, "06:00")).toBe("limited to 5 MB/s until 22:00");
    expect(shownAt("18:00-24:00 1M", "23:59")).toBe("limited to 1 MB/s until 00:00");
    expect(shownAt("18:00-24:00 1M", "00:00")).toBeUndefined();
  });

  it("takes the first entry that fits, and names the end of the same rate", () => {
    const lunch = "12:00-13:00 20M, 08:00-18:00 5M, 13:00-14:00 20M";
    expect(shownAt(lunch, "12:30")).toBe("limited to 20 MB/s until 13:00");
    expect(shownAt("08:00-10:00 5M, 10:00-12:00 5M", "09:00")).toBe(
      "limited to 5 MB/s until 12:00",
    );
  });
});
