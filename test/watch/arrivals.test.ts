import { expect } from "vitest";
import type { FileSet } from "../../source/domain/entities.ts";
import { type Arrived, createPackageArrivals } from "../../source/watch/arrivals.ts";
import { someFileSet } from "../support/fakes/listings.ts";
import { FakeFileStore } from "../support/fakes/service.ts";
import { test as base } from "../support/test.ts";

const packageId = "4000-0000-00000001";
const { signal } = new AbortController();

/** A package whose listing is `listed`; `answers` says whether each file set could be fetched. */
const test = base.extend("watched", () => {
  const listed: FileSet[] = [someFileSet(1), someFileSet(2)];
  const arrived: string[] = [];
  const answers: boolean[] = [];
  const fileStore = new FakeFileStore();
  fileStore.fileSetsAnswer = () => [...listed];
  const fetchOne: Arrived = async ({ id }) => {
    arrived.push(id);
    return answers.shift() ?? true;
  };
  const scope = { bucket: "bulk-ESG", packageId };
  const folder = createPackageArrivals(scope, fileStore, fetchOne)(signal);
  return { listed, arrived, answers, folder };
});

function announced({ name }: FileSet) {
  return { name, packageId, files: [] };
}

test("what was READY before does not arrive", async ({ watched }) => {
  await watched.folder.list();
  await watched.folder.list();
  expect(watched.arrived).toEqual([]);
});

test("what a later listing shows first arrives once, oldest first", async ({ watched }) => {
  await watched.folder.list();
  watched.listed.push(someFileSet(5), someFileSet(4));
  await watched.folder.list();
  await watched.folder.list();
  expect(watched.arrived).toEqual([someFileSet(4).id, someFileSet(5).id]);
});

test("a PENDING file set arrives when it is READY", async ({ watched }) => {
  watched.listed.push(someFileSet(3, { status: "PENDING" }));
  await watched.folder.list();
  watched.listed.splice(2, 1, someFileSet(3));
  await watched.folder.list();
  expect(watched.arrived).toEqual([someFileSet(3).id]);
});

test("an announced file set arrives, also if it was READY before, and once", async ({
  watched,
}) => {
  await watched.folder.list();
  const state = () => watched.folder.stateOf(announced(someFileSet(2)), signal);
  expect(await Promise.all([state(), state()])).toEqual(["here", "here"]);
  expect(await state()).toBe("here");
  expect(watched.arrived).toEqual([someFileSet(2).id]);
});

test("what is not listed is unknown", async ({ watched }) => {
  await watched.folder.list();
  expect(await watched.folder.stateOf(announced(someFileSet(9)), signal)).toBe("unknown");
});

test("a file set that failed arrives again with its next notification only", async ({
  watched,
}) => {
  watched.answers.push(false);
  await watched.folder.list();
  const state = () => watched.folder.stateOf(announced(someFileSet(1)), signal);
  expect(await state()).toBe("failed");
  await watched.folder.list();
  expect(watched.arrived).toHaveLength(1);
  expect(await state()).toBe("here");
  expect(watched.arrived).toHaveLength(2);
});
