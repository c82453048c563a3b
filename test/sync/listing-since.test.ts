import { expect, it } from "vitest";
import type { Followed } from "../../source/sync/manifest.ts";
import { listingSince, markOf } from "../../source/sync/plan.ts";
import { someFileSet } from "../support/fakes/listings.ts";

const nowMs = Date.parse("2026-11-20T09:00:00Z");

const followed = (more: Partial<Followed> = {}): Followed => ({
  bucket: "b",
  package: "p",
  packageId: "1",
  filters: {},
  latestInit: false,
  modifiedSince: "2026-11-19T08:00:00Z",
  listedAt: "2026-11-19T09:00:00.000Z",
  pending: [],
  wanted: [],
  retired: [],
  ...more,
});

it.each<[string, Partial<Followed>, string | undefined]>([
  ["from a day before the latest modification", {}, "2026-11-18T08:00:00Z"],
  [
    "from the oldest set that was PENDING",
    { pending: ["2026-11-02T00:00:00Z", "2026-11-19T00:00:00Z"] },
    "2026-11-02T00:00:00Z",
  ],
  ["all, where nothing was modified yet", { modifiedSince: undefined }, undefined],
  ["all, where a PENDING set has no time", { pending: [""] }, undefined],
  ["all, once a week", { listedAt: "2026-11-13T08:59:59Z" }, undefined],
  ["all, where the clock was put back", { listedAt: "2026-11-21T00:00:00Z" }, undefined],
])("lists %s", (_, more, since) => {
  expect(listingSince(followed(more), nowMs)).toBe(since);
});

it("records the latest modification and the PENDING sets", () => {
  const listed = [
    someFileSet(1, { modified: "2026-11-19T10:00:00Z" }),
    someFileSet(2, { modified: "2026-11-17T10:00:00Z", status: "PENDING" }),
  ];
  expect(markOf(listed, followed(), nowMs)).toEqual({
    modifiedSince: "2026-11-19T10:00:00Z",
    pending: ["2026-11-17T10:00:00Z"],
  });
});

it("never records a time in the future, and never goes back", () => {
  const future = someFileSet(1, { modified: "2099-01-01T00:00:00Z" });
  expect(markOf([future], followed(), nowMs).modifiedSince).toBe("2026-11-20T09:00:00Z");
  expect(markOf([], followed(), nowMs).modifiedSince).toBe("2026-11-19T08:00:00Z");
  expect(markOf([], followed({ modifiedSince: undefined }), nowMs)).toEqual({ pending: [] });
});
