import { describe, expect, it } from "vitest";
import { AppError, type FailureReason } from "../../source/base/errors.ts";
import {
  retryDelayMs,
  retryPolicy,
  spendingTries,
  withRetries,
} from "../../source/network/retry.ts";

interface Facts {
  status?: number;
  reason?: FailureReason;
  serviceCode?: string;
  retryAfterMs?: number;
}

const failure = (facts: Facts) =>
  new AppError({ kind: "service", tried: "Asking", answered: "no", ...facts });

describe("retryDelayMs", () => {
  it.each([429, 500, 502, 503, 504])("retries %i with a delay that doubles", (status) => {
    expect(retryDelayMs(failure({ status }), 1, retryPolicy, 0.5)).toBe(375);
    expect(retryDelayMs(failure({ status }), 2, retryPolicy, 0.5)).toBe(750);
  });

  it("retries failures of the network", () => {
    expect(retryDelayMs(failure({ reason: "network" }), 1, retryPolicy, 0)).toBe(250);
  });

  it("does not depend on the service's own code", () => {
    const answered = failure({ status: 404, serviceCode: "network" });
    expect(retryDelayMs(answered, 1, retryPolicy, 0)).toBeUndefined();
  });

  it.each([400, 401, 403, 404, 410, 501])("never retries %i", (status) => {
    expect(retryDelayMs(failure({ status }), 1, retryPolicy, 0)).toBeUndefined();
  });

  it("waits as Retry-After says, and gives up if that is too long", () => {
    expect(retryDelayMs(failure({ status: 429, retryAfterMs: 2_000 }), 1, retryPolicy, 0)).toBe(
      2_000,
    );
    expect(
      retryDelayMs(failure({ status: 429, retryAfterMs: 600_000 }), 1, retryPolicy, 0),
    ).toBeUndefined();
  });

  it("stops when the tries are used up", () => {
    expect(
      retryDelayMs(failure({ status: 503 }), retryPolicy.tries, retryPolicy, 0),
    ).toBeUndefined();
  });
});

describe("withRetries", () => {
  const quick = { tries: 3, firstDelayMs: 1, longestDelayMs: 10 };

  it("gives the first success", async () => {
    let tries = 0;
    const work = async () => {
      tries += 1;
      if (tries < 3) throw failure({ status: 503 });
      return "done";
    };
    await expect(withRetries(work, quick)).resolves.toBe("done");
    expect(tries).toBe(3);
  });

  it("throws the last failure after all tries", async () => {
    let tries = 0;
    const work = async () => {
      tries += 1;
      throw failure({ status: 503 });
    };
    await expect(withRetries(work, quick)).rejects.toMatchObject({ status: 503 });
    expect(tries).toBe(3);
  });

  it("does not retry work that has spent tries of its own", async () => {
    let tries = 0;
    const inner = () => {
      tries += 1;
      return Promise.reject(failure({ status: 503 }));
    };
    const work = withRetries((own) => spendingTries(own, inner()), quick);
    await expect(work).rejects.toMatchObject({ status: 503 });
    expect(tries).toBe(1);
  });
});
