import { expect, it } from "vitest";
import type { FileSet } from "../../source/domain/entities.ts";
import { type Candidates, chooseFileSets } from "../../source/sync/plan.ts";
import { someFileSet } from "../support/fakes/listings.ts";
import { followedOf, manifestOf } from "./records.ts";

const plain = (number: number, more: Partial<FileSet> = {}) =>
  someFileSet(number, { name: `Plain-${number}`, ...more });

/** Makes a plan for a folder that has all of `before` except `absent`. */
function choose({
  before = [],
  absent = [],
  latestInit = false,
  ...more
}: Partial<Candidates> & { before?: FileSet[]; absent?: string[]; latestInit?: boolean }) {
  const followed = followedOf({ latestInit, wanted: before.map(({ id }) => id) });
  const there = before.map(({ id }) => id).filter((id) => !absent.includes(id));
  const { wanted, missing, notes } = chooseFileSets({
    followed,
    manifest: manifestOf([followed], before),
    listed: [],
    listsAll: true,
    isComplete: (id) => there.includes(id),
    ...more,
  });
  return { wanted: [...wanted], missing: missing.map(({ id }) => id), notes };
}

it("wants all READY file sets, newest first", () => {
  const listed = [plain(1), plain(3), plain(2), plain(4, { status: "PENDING" })];
  const ids = ["4000-aaaa-3", "4000-aaaa-2", "4000-aaaa-1"];
  const { wanted, missing, notes } = choose({ listed });
  expect(missing).toEqual(ids);
  expect(wanted.toSorted()).toEqual(ids.toSorted());
  expect(notes).toEqual([]);
});

it("fetches nothing that exists as listed, but files that were modified since", () => {
  const before = [plain(1), plain(2), plain(3, { modified: undefined })];
  const later = "2030-01-01T00:00:00Z";
  const listed = [plain(1), plain(2, { modified: later }), plain(3, { modified: later }), plain(4)];
  expect(choose({ before, listed }).missing).toEqual(["4000-aaaa-4", "4000-aaaa-2"]);
  expect(choose({ before, listed: [plain(1, { modified: undefined })] }).missing).toEqual([]);
  expect(choose({ before, listed, absent: ["4000-aaaa-1"] }).missing).toContain("4000-aaaa-1");
});

it("keeps file sets that a partial listing lacks, and retires those that a full one lacks", () => {
  const before = [plain(1), plain(2)];
  const absent = ["4000-aaaa-2"];
  const listed = [plain(3)];
  expect(choose({ before, absent, listed, listsAll: false }).wanted).toEqual([
    "4000-aaaa-3",
    "4000-aaaa-1",
  ]);
  expect(choose({ before, absent, listed }).wanted).toEqual(["4000-aaaa-3"]);
});

it("ignores a file set that the manifest has lost", () => {
  const followed = followedOf({ wanted: ["4000-aaaa-9"] });
  expect(choose({ followed, listsAll: false, isComplete: () => true }).wanted).toEqual([]);
});

it("with the latest Init keeps the base of its Deltas, listed or not", () => {
  const older = someFileSet(3);
  const init = someFileSet(4);
  const deltas = [
    someFileSet(5, { contentFrom: init.contentTo ?? "" }),
    someFileSet(6, { contentFrom: someFileSet(5).contentTo ?? "" }),
  ];
  const before = [older, init, plain(7)];
  const { wanted, missing, notes } = choose({ before, listed: deltas, latestInit: true });
  expect(wanted.toSorted()).toEqual(["4000-aaaa-4", "4000-aaaa-5", "4000-aaaa-6"]);
  expect(missing).toEqual(["4000-aaaa-6", "4000-aaaa-5"]);
  expect(notes).toEqual([]);
});

it("with the latest Init notes gaps, and a series without an Init", () => {
  const init = someFileSet(4);
  const late = someFileSet(6, { contentFrom: someFileSet(5).contentTo ?? "" });
  const { notes } = choose({ listed: [init, late], latestInit: true });
  expect(notes).toEqual([expect.stringContaining("Bulk-ESG-Global-Content1-v1")]);
  expect(choose({ listed: [late], latestInit: true }).notes).toEqual([
    expect.stringMatching(/: no Init is available, only the Deltas\.$/),
  ]);
  expect(choose({ listed: [init], latestInit: true }).notes).toEqual([]);
  expect(choose({ listed: [plain(8)], latestInit: true })).toMatchObject({
    wanted: ["4000-aaaa-8"],
    notes: [],
  });
});
