import { describe, expect, it } from "vitest";
import { backoffMs } from "../../source/base/backoff.ts";
import { AppError, type ErrorFacts } from "../../source/base/errors.ts";
import { waitAfter } from "../../source/objects/recovery.ts";

const patience = { retryDelayMs: 10_000, random: () => 1 };

function refusal(facts: Partial<ErrorFacts>): AppError {
  return new AppError({ kind: "service", tried: "Fetching a", answered: "no", ...facts });
}

/** All waits until the end. */
function waits(error: AppError): number[] {
  const found: number[] = [];
  for (let attempt = 1; attempt < 50; attempt += 1) {
    const waitMs = waitAfter(error, attempt, patience);
    if (waitMs === undefined) return found;
    found.push(waitMs);
  }
  throw new Error("it never ends");
}

describe("the wait after a failure", () => {
  it("doubles up to a limit, and jitter takes at most half of it", () => {
    const delays = { firstDelayMs: 100, longestDelayMs: 1_000 };
    expect([1, 2, 3, 4, 5, 99].map((attempt) => backoffMs(attempt, delays, 1))).toEqual([
      100, 200, 400, 800, 1_000, 1_000,
    ]);
    expect(backoffMs(3, delays, 0)).toBe(200);
  });

  it("is about two minutes in all where the network stays away", () => {
    const sum = waits(refusal({ reason: "network" })).reduce((total, one) => total + one, 0);
    expect(sum).toBeGreaterThan(45_000);
    expect(sum).toBeLessThan(180_000);
  });

  it("is none where the address must not be asked: it stays so", () => {
    expect(waits(refusal({ reason: "forbidden-address" }))).toEqual([]);
  });

  it("grows from the wished delay for an object that is not there yet, and ends", () => {
    expect(waits(refusal({ status: 404 }))).toEqual([
      10_000, 20_000, 40_000, 60_000, 60_000, 60_000,
    ]);
  });

  it("is what the store asks for, unless that is too long", () => {
    expect(waitAfter(refusal({ status: 503, retryAfterMs: 7_000 }), 1, patience)).toBe(7_000);
    expect(waitAfter(refusal({ status: 503, retryAfterMs: 3_600_000 }), 1, patience)).toBe(
      undefined,
    );
  });

  it("is none before a fresh address is asked for the first time", () => {
    const [first, ...others] = waits(refusal({ status: 403 }));
    expect(first).toBe(0);
    expect(others.length).toBeLessThan(6);
  });

  it.each([
    { kind: "disk" as const },
    { kind: "integrity" as const },
    { kind: "sign-in" as const },
    { kind: "not-found" as const, status: 403 },
    { kind: "not-found" as const, status: 404 },
    { status: 410 },
  ])("is not, where another try would be the same: %o", (facts) => {
    expect(waits(refusal(facts))).toEqual([]);
  });
});
