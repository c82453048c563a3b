import { describe, expect, it, vi } from "vitest";
import { backoffMs } from "../../source/base/backoff.ts";
import { AppError, type ErrorFacts } from "../../source/base/errors.ts";
import { downloadRecovery, type Recovery, withRecovery } from "../../source/objects/recovery.ts";

const recovered = { retryDelayMs: 10_000, clock: { random: () => 1 } };
const policy = downloadRecovery({ ...recovered, retriesUntilStopped: false });
const endless = downloadRecovery({ ...recovered, retriesUntilStopped: true });

function refusal(facts: Partial<ErrorFacts>): AppError {
  return new AppError({ kind: "service", tried: "Fetching a", answered: "no", ...facts });
}

/** All waits until the end. */
function waits(error: AppError): number[] {
  const found: number[] = [];
  for (let attempt = 1; attempt < 50; attempt += 1) {
    const waitMs = policy.delayFor(error, attempt);
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

  it("is less than a minute in all if the network stays away", () => {
    const sum = waits(refusal({ reason: "network" })).reduce((total, one) => total + one, 0);
    expect(sum).toBeGreaterThan(45_000);
    expect(sum).toBeLessThan(60_000);
  });

  it.each<Partial<ErrorFacts>>([
    { reason: "network" },
    { reason: "silence" },
    { status: 502 },
    { status: 503 },
    { status: 504 },
  ])("never ends in the terminal program while the service is away: %o", (facts) => {
    expect(endless.delayFor(refusal(facts), 1_000)).toBe(30_000);
    expect(policy.delayFor(refusal(facts), 1_000)).toBe(undefined);
  });

  it.each<Partial<ErrorFacts>>([
    { kind: "disk", reason: "no-space" },
    { kind: "integrity" },
    { status: 403 },
    { status: 404 },
    { status: 500 },
    { reason: "untrusted" },
  ])("ends in the terminal program too if the service answers: %o", (facts) => {
    expect(endless.delayFor(refusal(facts), 1_000)).toBe(undefined);
  });

  it("is none for an address that is not allowed, because it stays so", () => {
    expect(waits(refusal({ reason: "forbidden-address" }))).toEqual([]);
  });

  it("grows from the wished delay for an object that is not there yet, and ends", () => {
    expect(waits(refusal({ status: 404 }))).toEqual([
      10_000, 20_000, 40_000, 60_000, 60_000, 60_000,
    ]);
  });

  it("is what the store asks for, unless that is too long", () => {
    expect(policy.delayFor(refusal({ status: 503, retryAfterMs: 7_000 }), 1)).toBe(7_000);
    expect(policy.delayFor(refusal({ status: 503, retryAfterMs: 3_600_000 }), 1)).toBe(undefined);
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

describe("withRecovery", () => {
  /** A recovery whose waits end at once and are recorded. */
  function recovering(more: Partial<Recovery> = {}) {
    const waited: number[] = [];
    const recovery: Recovery = {
      fileId: "40ec",
      policy,
      clock: {
        async wait(ms) {
          waited.push(ms);
        },
      },
      signal: new AbortController().signal,
      ...more,
    };
    return { recovery, waited };
  }

  /** Fails so many times with the error, then succeeds. */
  function failing(times: number, error: unknown = refusal({ reason: "network" })) {
    let calls = 0;
    return async () => {
      calls += 1;
      if (calls <= times) throw error;
      return calls;
    };
  }

  it("tries again after waits that grow, until it succeeds", async () => {
    const { recovery, waited } = recovering();
    expect(await withRecovery(recovery, failing(3))).toBe(4);
    expect(waited).toEqual([200, 400, 800]);
  });

  it("rejects with the last failure when the policy ends", async () => {
    const { recovery, waited } = recovering();
    const error = refusal({ status: 500 });
    await expect(withRecovery(recovery, failing(99, error))).rejects.toBe(error);
    expect(waited).toHaveLength(8);
  });

  it("counts from one again after progress", async () => {
    const { recovery, waited } = recovering({ madeProgress: () => true });
    expect(await withRecovery(recovery, failing(20))).toBe(21);
    expect(new Set(waited)).toEqual(new Set([200]));
  });

  it("tries nothing again that is no AppError", async () => {
    const { recovery, waited } = recovering();
    const bug = new Error("a bug");
    await expect(withRecovery(recovery, failing(1, bug))).rejects.toBe(bug);
    expect(waited).toEqual([]);
  });

  it("reports each wait, its end, and a store that asks for fewer requests", async () => {
    const told: string[] = [];
    const { recovery } = recovering({
      throttle: () => told.push("throttle"),
      waiting: ({ answered }, ms) => told.push(`${answered} ${ms}`),
      resumed: () => told.push("resumed"),
    });
    await withRecovery(recovery, failing(1, refusal({ status: 503 })));
    expect(told).toEqual(["throttle", "no 200", "resumed"]);
  });

  it("ends with the wait that its signal aborts", async () => {
    const resumed = vi.fn();
    const abort = new DOMException("ended", "AbortError");
    const clock = { wait: () => Promise.reject(abort) };
    const { recovery } = recovering({ clock, resumed });
    await expect(withRecovery(recovery, failing(1))).rejects.toBe(abort);
    expect(resumed).toHaveBeenCalledOnce();
  });
});
