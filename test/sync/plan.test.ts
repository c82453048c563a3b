import { describe, expect, it } from "vitest";
import type { FileSetFilter } from "../../source/api/service.ts";
import type { FileSet } from "../../source/domain/entities.ts";
import { wholeSelection } from "../../source/domain/selection.ts";
import { followedBy, keepFollowed, newFollowed } from "../../source/sync/manifest.ts";
import { type PlanParts, planSync } from "../../source/sync/plan.ts";
import { someFileSet } from "../support/fakes/listings.ts";
import { followedOf, manifestOf } from "./records.ts";

const nowMs = Date.parse("2026-11-20T09:00:00Z");
const mark = { modifiedSince: "2026-11-19T08:00:00Z", listedAt: "2026-11-19T09:00:00.000Z" };
const since = "2026-11-18T08:00:00Z";
const wide: FileSetFilter = { bucket: "bulk-ESG", packageId: "p" };
const old = someFileSet(1, { id: "old", name: "Old", modified: "2026-11-01T00:00:00Z" });
const recent = someFileSet(2, { id: "recent", name: "New", modified: "2026-11-19T00:00:00Z" });

/** A folder that has all file sets of `known` except `absent`. */
async function plan({
  listed = [],
  known = [],
  absent = [],
  followed = followedOf({ ...mark, wanted: known.map(({ id }) => id) }),
  ...more
}: Partial<Pick<PlanParts, "followed" | "filter" | "listsAll">> & {
  listed?: FileSet[];
  known?: FileSet[];
  absent?: string[];
}) {
  const filters: FileSetFilter[] = [];
  const there = known.map(({ id }) => id).filter((id) => !absent.includes(id));
  const planned = await planSync({
    fileStore: {
      async *fileSets(filter) {
        filters.push(filter);
        yield { items: listed, total: listed.length };
      },
      packages: never,
      buckets: never,
      files: never,
      file: never,
      fileUrl: never,
    },
    manifest: manifestOf([followed], known),
    followed,
    filter: wide,
    selection: wholeSelection,
    disk: {
      damaged: [],
      isComplete: (id) => there.includes(id),
      stateOf: never,
      mayReplace: never,
    },
    listsAll: false,
    nowMs,
    signal: new AbortController().signal,
    ...more,
  });
  return { ...planned, filter: filters[0], count: filters.length };
}

function never(): never {
  throw new Error("planning asks only for file sets");
}

describe("a plan", () => {
  it("lists from the mark if the folder has all wanted file sets", async () => {
    const { filter, count, followedNow, followedAfter, missing } = await plan({
      known: [old],
      listed: [recent],
    });
    expect(filter).toEqual({ ...wide, modifiedSince: since });
    expect(count).toBe(1);
    expect(missing.map(({ id }) => id)).toEqual(["recent"]);
    expect(followedNow).toMatchObject({ ...mark, wanted: ["recent", "old"], retired: [] });
    expect(followedAfter).toMatchObject({ ...mark, modifiedSince: "2026-11-19T08:00:00Z" });
  });

  it("lists all if an old file set is no longer complete", async () => {
    const { filter, followedAfter } = await plan({
      known: [old],
      absent: ["old"],
      listed: [old, recent],
    });
    expect(filter).toEqual(wide);
    expect(followedAfter.listedAt).toBe(new Date(nowMs).toISOString());
    expect((await plan({ known: [recent], absent: ["recent"] })).filter).toHaveProperty(
      "modifiedSince",
    );
    const unknown = followedOf({ ...mark, wanted: ["unknown"] });
    expect((await plan({ followed: unknown })).filter).toEqual(wide);
  });

  it("lists all on request", async () => {
    const { filter } = await plan({ known: [old], listed: [old], listsAll: true });
    expect(filter).toEqual(wide);
  });

  it("uses the later of its mark and the filter", async () => {
    for (const [modifiedSince, expected] of [
      ["2026-11-01T00:00:00Z", since],
      ["2026-11-19T00:00:00Z", "2026-11-19T00:00:00Z"],
    ] as const) {
      const { filter } = await plan({ filter: { ...wide, modifiedSince } });
      expect(filter).toEqual({ ...wide, modifiedSince: expected });
    }
    const { filter } = await plan({
      listsAll: true,
      filter: { ...wide, modifiedSince: since },
    });
    expect(filter).toEqual({ ...wide, modifiedSince: since });
  });

  it("retires file sets that are no longer wanted, if the manifest knows them", async () => {
    const known = [old, someFileSet(3, { id: "retired" })];
    const followed = followedOf({
      ...mark,
      wanted: ["old", "unknown"],
      retired: ["retired", "old", "forgotten"],
    });
    const { followedNow, followedAfter } = await plan({
      known,
      followed,
      listed: [recent],
      listsAll: true,
    });
    expect(followedNow).toMatchObject({ wanted: ["recent"], retired: ["old", "retired"] });
    expect(followedAfter).toMatchObject({ wanted: ["recent"], retired: ["old", "retired"] });
  });

  it("notes file sets that are incomplete here and no longer available", async () => {
    const parts = { known: [old], absent: ["old"], listsAll: true };
    const lost = "Old is no longer complete here, and no longer available.";
    expect((await plan({ ...parts, listed: [recent] })).notes).toEqual([lost]);
    expect((await plan({ ...parts, listed: [old] })).notes).toEqual([]);
    expect((await plan({ ...parts, listed: [{ ...old, status: "PENDING" }] })).notes).toEqual([]);
    expect((await plan({ ...parts, absent: [], listed: [recent] })).notes).toEqual([]);
    const unknown = followedOf({ wanted: ["unknown"] });
    expect((await plan({ followed: unknown, listed: [recent] })).notes).toEqual([]);
  });
});

describe("the queries of a folder", () => {
  const query = {
    bucket: "Bulk",
    package: "Pack",
    filters: { name: "a", since: "7d" },
    latestInit: false,
  };

  it("are equal in any letter case and with the filters in any order", () => {
    const followed = newFollowed(query, "id");
    expect(followed).toEqual({ ...query, packageId: "id", pending: [], wanted: [], retired: [] });
    const manifest = manifestOf([followed], []);
    const same = { ...query, bucket: "BULK", package: "pack", filters: { since: "7d", name: "a" } };
    expect(followedBy(manifest, same)).toBe(followed);
    for (const other of [
      { bucket: "Other" },
      { package: "Other" },
      { filters: { name: "a" } },
      { latestInit: true },
    ])
      expect(followedBy(manifest, { ...query, ...other })).toBeUndefined();
  });

  it("are kept once each", () => {
    const other = newFollowed({ ...query, latestInit: true }, "id");
    const manifest = manifestOf([newFollowed(query, "id"), other], []);
    const next = { ...newFollowed(query, "id"), wanted: ["a"] };
    keepFollowed(manifest, next);
    expect(manifest.followed).toEqual([other, next]);
  });
});
