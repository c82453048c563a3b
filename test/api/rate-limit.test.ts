import { describe, expect, it, vi } from "vitest";
import {
  countRequest,
  forgetRefusals,
  keepRefusal,
  type Pause,
  RateLimited,
} from "../../source/api/session/rate-limit.ts";
import { createRateLimitWait } from "../../source/api/session/rate-limit-wait.ts";
import { AppError } from "../../source/base/errors.ts";
import type { SavedState } from "../../source/config/state-schema.ts";

const host = "https://api.refinitiv.com";
const startedAtMs = 1_000_000;

describe("what is kept of token requests", () => {
  function transaction() {
    let state: SavedState = {
      sessions: [],
      recentBuckets: [],
      lastVisit: undefined,
      tokenPace: [],
    };
    const write = vi.fn((next: SavedState) => {
      state = next;
    });
    return { read: () => state, write };
  }

  it("is one entry for each host", () => {
    const kept = transaction();
    for (const each of [host, "https://other", host]) countRequest(kept, each, startedAtMs);
    expect(kept.read().tokenPace.map((entry) => entry.host)).toEqual([host, "https://other"]);
  });

  it("is written for a sign-in only if an earlier one was refused", () => {
    const kept = transaction();
    forgetRefusals(kept, host, "a", startedAtMs);
    expect(kept.write).not.toHaveBeenCalled();
    keepRefusal(kept, host, "a", startedAtMs);
    forgetRefusals(kept, host, "b", startedAtMs);
    expect(kept.write).toHaveBeenCalledTimes(1);
    forgetRefusals(kept, host, "a", startedAtMs);
    expect(kept.read().tokenPace).toMatchObject([{ refusals: [] }]);
  });
});

describe("waiting for the pace", () => {
  const refusal = new AppError({ kind: "service", tried: "Signing in", answered: "429" });

  /** Meets these pauses one after the other; each is over as soon as it is reported. */
  function runInto(pauses: readonly { why: Pause["why"]; ms: number }[], longestPauseMs = 100_000) {
    let nowMs = startedAtMs;
    const notices: string[] = [];
    const { subscribe, withRateLimit } = createRateLimitWait({
      host,
      nowMs: () => nowMs,
      longestPauseMs,
      notice: (text) => notices.push(text),
      ending: new AbortController().signal,
    });
    subscribe((pause) => {
      if (pause !== undefined) nowMs += 1_000_000;
    });
    const givenUp = vi.fn(async () => undefined);
    let count = 0;
    const done = withRateLimit(
      async () => {
        const pause = pauses[count];
        count += 1;
        if (pause === undefined) return "signed in";
        const { why, ms } = pause;
        throw new RateLimited(
          { untilMs: nowMs + ms, why },
          why === "requested" ? refusal : undefined,
        );
      },
      { givenUp },
    );
    return { done, notices, givenUp };
  }

  it("reports the reason and the length of each pause", async () => {
    const { done, notices } = runInto([
      { why: "requested", ms: 1 },
      { why: "own-limit", ms: 1_001 },
    ]);
    expect(await done).toBe("signed in");
    expect(notices).toEqual([
      expect.stringMatching(/pause \(429\): waiting 1 second before/),
      expect.stringMatching(/lock the account: waiting 2 seconds before/),
    ]);
  });

  it("does not count its own pauses as refusals of the service", async () => {
    const own = { why: "own-limit", ms: 1 } as const;
    const { done } = runInto([own, own, own, { why: "requested", ms: 1 }]);
    expect(await done).toBe("signed in");
  });

  it("gives up at the third refusal", async () => {
    const requested = { why: "requested", ms: 1 } as const;
    expect(await runInto([requested, requested]).done).toBe("signed in");
    const { done, givenUp } = runInto([requested, requested, requested]);
    await expect(done).rejects.toBe(refusal);
    expect(givenUp).toHaveBeenCalledTimes(1);
  });

  it("gives up before a pause that exceeds the longest allowed", async () => {
    expect(await runInto([{ why: "own-limit", ms: 3 }], 3).done).toBe("signed in");
    const { done, notices, givenUp } = runInto([{ why: "own-limit", ms: 4 }], 3);
    await expect(done).rejects.toMatchObject({ kind: "service", reason: "rate-limited" });
    expect(notices).toEqual([]);
    expect(givenUp).toHaveBeenCalledTimes(1);
  });
});
