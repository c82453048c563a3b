import { expect, test } from "vitest";
import type { FileSet } from "../../source/domain/entities.ts";
import { currentPlace, cursorIn, filterOf } from "../../source/store/selectors/table.ts";
import { FakeListingCache } from "../support/fakes/listing-cache.ts";
import { several, someFile, someFileSet, somePackage } from "../support/fakes/listings.ts";
import { FakePreferences } from "../support/fakes/preferences.ts";
import { type FakeProgram, fakeProgram, goTo, isAt, isListedAt } from "../support/fakes/program.ts";
import { HeldPages } from "../support/fakes/service.ts";

function long(fake: FakeProgram): void {
  fake.fileStore.packagesAnswer = () => several(60, somePackage);
  fake.fileStore.fileSetsAnswer = () => several(200, someFileSet);
  fake.fileStore.filesAnswer = () => several(40, someFile);
}

function look(fake: FakeProgram) {
  const state = fake.state();
  const place = currentPlace(state);
  return {
    kind: place.kind,
    row: fake.current(),
    cursor: cursorIn(state, place),
    names: fake.names(),
    filter: filterOf(state, place),
    newestOnly: state.views[`file-sets bulk-esg ${somePackage(1).packageId}`]?.newestOnly,
  };
}

/** What one process leaves to the next. */
function kept() {
  return { preferences: new FakePreferences(), listingCache: new FakeListingCache() };
}

async function wander(fake: FakeProgram): Promise<ReturnType<typeof look>[]> {
  long(fake);
  await goTo(fake, "packages");
  const seen: ReturnType<typeof look>[] = [];
  fake.press("/");
  fake.type("content1");
  fake.press("enter", "g", "enter");
  await fake.until(isListedAt("file-sets"));
  fake.press("n", "n", "S", "pagedown", "pagedown", "k", "k");
  seen.push(look(fake));
  fake.press("enter");
  await fake.until(isListedAt("files"));
  fake.press("pagedown", "k", "k");
  seen.unshift(look(fake));
  return seen;
}

test("the next start opens where the last one ended: path, rows, scroll, filters and sorts", async () => {
  const memory = kept();
  const viewport = { columns: 80, rows: 12 };
  const first = fakeProgram({ viewport }, memory);
  const [files, fileSets] = await wander(first);
  await first.program.actions.leave();
  const next = fakeProgram({ viewport }, memory);
  long(next);
  await next.program.actions.resume();
  await next.until(isListedAt("files"));
  expect(look(next)).toEqual(files);
  next.press("escape");
  expect(look(next)).toEqual(fileSets);
  next.press("escape");
  expect(look(next)).toMatchObject({ kind: "packages", filter: "content1" });
});

test("without the listing cache it waits for the service, and goes no further once the person moves", async () => {
  const memory = kept();
  const first = fakeProgram({}, memory);
  await wander(first);
  await first.program.actions.leave();
  const next = fakeProgram({}, { preferences: memory.preferences });
  long(next);
  const pages = new HeldPages<FileSet>();
  next.fileStore.fileSetsAnswer = () => pages;
  await next.program.actions.resume();
  await next.until(isAt("file-sets"));
  pages.give(several(5, (number) => someFileSet(number + 300)));
  await next.until(() => next.names().length === 5);
  next.press("j");
  pages.give(several(200, someFileSet));
  pages.end();
  await next.until(isListedAt("file-sets"));
  expect(currentPlace(next.state()).kind).toBe("file-sets");
});

test("another account, --fresh, and signing out begin at the first screen", async () => {
  const memory = kept();
  const first = fakeProgram({}, memory);
  await wander(first);
  await first.program.actions.leave();
  const fresh = fakeProgram({ fresh: true }, memory);
  await fresh.program.actions.resume();
  const other = fakeProgram({}, memory);
  other.auth.kept = { kind: "password", user: "GE-A-2", host: "https://api.refinitiv.com" };
  await other.program.actions.resume();
  for (const fake of [fresh, other]) {
    expect(currentPlace(fake.state()).kind).toBe("bucket");
    expect(fake.state().bucket.opening).toBeUndefined();
  }
  const leaver = fakeProgram({}, memory);
  await leaver.program.actions.resume();
  await leaver.program.actions.signOut();
  expect(memory.preferences.visit).toBeUndefined();
});

test("a notice says what is no longer listed, one level above it", async () => {
  const memory = kept();
  const first = fakeProgram({}, memory);
  await wander(first);
  await first.program.actions.leave();
  const next = fakeProgram({}, { preferences: memory.preferences });
  long(next);
  next.fileStore.fileSetsAnswer = () => several(3, (number) => someFileSet(number + 300));
  await next.program.actions.resume();
  await next.until(({ notice }) => notice !== undefined);
  expect(currentPlace(next.state()).kind).toBe("file-sets");
  expect(next.state().notice?.text).toContain("no longer listed");
});

test("a start that leaves from the first screen, or is never signed in, keeps nothing of a path", async () => {
  const memory = kept();
  const first = fakeProgram({}, memory);
  await goTo(first, "bucket");
  await first.program.actions.leave();
  expect(memory.preferences.visit?.bucket).toBeUndefined();
  const unsigned = fakeProgram({}, kept());
  await unsigned.program.actions.leave();
  expect(unsigned.preferences.visit).toBeUndefined();
});

test("a package that the bucket does not have is reported with those that it has", async () => {
  const fake = fakeProgram({ bucket: "bulk-esg", package: "Nothing" });
  await fake.program.actions.resume();
  const { notice } = await fake.until((state) => state.notice !== undefined);
  expect(notice?.text).toBe(
    'There is no package "Nothing" in bucket bulk-esg. There are 2 packages: Bulk-ESG-Global-Content1-v1, Bulk-ESG-Global-Content2-v1.',
  );
});

test("a part of one package's name opens it, of several shows them", async () => {
  const one = fakeProgram({ bucket: "bulk-esg", package: "content2" });
  await one.program.actions.resume();
  await one.until(isListedAt("file-sets"));
  expect(currentPlace(one.state())).toMatchObject({ package: somePackage(2) });
  const both = fakeProgram({ bucket: "bulk-esg", package: "Global-Content" });
  await both.program.actions.resume();
  const { notice } = await both.until((state) => state.notice !== undefined);
  expect(notice?.text).toBe(
    'No package is called "Global-Content"; 2 packages contain it in their names.',
  );
  expect(filterOf(both.state(), currentPlace(both.state()))).toBe("Global-Content");
});
