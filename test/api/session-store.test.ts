import { expect, it } from "vitest";
import { forgetSession, keepSession, keptSession } from "../../source/api/session/session-store.ts";
import type { KeptSession, SavedState } from "../../source/config/state-schema.ts";

const sessionOf = (host: string, user: string, refreshToken = "first"): KeptSession => ({
  host: `https://${host}`,
  user,
  appKey: "key",
  refreshToken,
  issuedAtMs: 0,
});

/** One host with two users, one of whom also has a session at another host. */
const others = [sessionOf("one", "b"), sessionOf("two", "a")];

function transactionWith(...sessions: KeptSession[]) {
  let state: SavedState = { sessions, recentBuckets: [], lastVisit: undefined, tokenPace: [] };
  return {
    read: () => state,
    write(next: SavedState) {
      state = next;
    },
  };
}

it("a session is stored first, and replaces the earlier one of its host and user", () => {
  const kept = transactionWith(...others, sessionOf("one", "a"));
  keepSession(kept, sessionOf("one", "a", "next"));
  expect(kept.read().sessions).toEqual([sessionOf("one", "a", "next"), ...others]);
});

it("forgetting a session keeps those of other hosts and users", () => {
  const kept = transactionWith(sessionOf("one", "a"), ...others);
  forgetSession(kept, { host: "https://one", user: "a" });
  expect(kept.read().sessions).toEqual(others);
});

it("the session of a host is its newest one, or that of the named user", () => {
  const kept = transactionWith(sessionOf("one", "a"), ...others).read();
  expect(keptSession(kept, "https://one")).toMatchObject({ user: "a" });
  expect(keptSession(kept, "https://one", "b")).toMatchObject({ user: "b" });
  expect(keptSession(kept, "https://two", "b")).toBeUndefined();
  expect(keptSession(kept, "https://three")).toBeUndefined();
});
