import { expect, test } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import type { Package, StoredFile } from "../../source/domain/entities.ts";
import { currentPlace, cursorIn } from "../../source/store/selectors/table.ts";
import { FakeListingCache } from "../support/fakes/listing-cache.ts";
import { several, someFile, someFileSet, somePackage } from "../support/fakes/listings.ts";
import {
  type FakeProgram,
  fakeProgram,
  goTo,
  isAt,
  isListedAt,
  openHeldFileSets,
} from "../support/fakes/program.ts";
import { HeldPages } from "../support/fakes/service.ts";

const dayMs = 24 * 3_600_000;
const thenMs = Date.parse("2023-02-01T14:02:00Z");

/** Two visits by one account, one after the other. */
async function visits(
  kind: "packages" | "file-sets" | "files",
  first: (fake: FakeProgram) => void = () => {},
): Promise<FakeProgram> {
  const listingCache = new FakeListingCache();
  const before = fakeProgram({}, { listingCache, nowMs: () => thenMs });
  first(before);
  await goTo(before, kind);
  return fakeProgram({}, { listingCache, nowMs: () => thenMs + dayMs });
}

const isKind = (kind: string) => (state: ReturnType<FakeProgram["state"]>) =>
  currentPlace(state).kind === kind;

test("a list of the last time is shown at once, with its time, and replaced when the new one is whole", async () => {
  const fake = await visits("packages");
  const pages = new HeldPages<Package>();
  fake.fileStore.packagesAnswer = () => pages;
  await goTo(fake, "bucket");
  fake.type("bulk-ESG");
  fake.press("enter");
  const state = await fake.until(isAt("packages"));
  expect(state.listings["packages bulk-esg"]).toMatchObject({
    phase: "refreshing",
    listedAtMs: thenMs,
  });
  expect(fake.names()).toHaveLength(2);
  pages.give(several(5, somePackage));
  pages.end();
  await fake.until(isListedAt("packages"));
  expect(fake.names()).toHaveLength(5);
  expect(fake.state().listings["packages bulk-esg"]?.listedAtMs).toBe(thenMs + dayMs);
});

test("new rows that come around it leave the cursor on its row, moved or not", async () => {
  for (const keys of [[], ["j", "j", "j"]]) {
    const fake = await visits("file-sets");
    const pages = await openHeldFileSets(fake);
    await fake.until(() => fake.names().length === 9);
    fake.press(...keys);
    const row = fake.current();
    pages.give(several(20, someFileSet));
    pages.end();
    await fake.until(isListedAt("file-sets"));
    expect(fake.current()).toBe(row);
    expect(cursorIn(fake.state(), currentPlace(fake.state())).index).toBe(11 + keys.length);
  }
});

test("a late answer of the disk does not undo what the service said", async () => {
  let answer: () => void = () => {};
  const listingCache = new FakeListingCache();
  const late = {
    get: () => new Promise<undefined>((resolve) => (answer = () => resolve(undefined))),
    cachedOf: listingCache.cachedOf.bind(listingCache),
    put: listingCache.put.bind(listingCache),
    forget: listingCache.forget.bind(listingCache),
    flush: listingCache.flush.bind(listingCache),
  };
  const fake = fakeProgram({}, { listingCache: late });
  await goTo(fake, "bucket");
  fake.type("bulk-ESG");
  fake.press("enter", "escape");
  answer();
  await Promise.resolve();
  expect(fake.state().bucket.opening).toBeUndefined();
  expect(currentPlace(fake.state()).kind).toBe("bucket");
});

test("the rows of the last session stay, with the error, if the service fails", async () => {
  const fake = await visits("file-sets");
  await goTo(fake, "packages");
  fake.fileStore.fileSetsAnswer = () =>
    new AppError({ kind: "service", tried: "Listing file sets", answered: "503" });
  fake.press("enter");
  const state = await fake.until(({ listings }) =>
    Object.values(listings).some(({ phase }) => phase === "failed"),
  );
  expect(fake.names()).toHaveLength(9);
  expect(Object.values(state.listings).at(-1)).toMatchObject({ listedAtMs: thenMs });
});

test("the files of a READY set are requested only once", async () => {
  const fake = await visits("files");
  await goTo(fake, "files");
  expect(fake.names()).toHaveLength(4);
  expect(fake.fileStore.asked.filter((what) => what.startsWith("files"))).toEqual([]);
  fake.press("r");
  await fake.until(isListedAt("files"));
  expect(fake.fileStore.asked.filter((what) => what.startsWith("files"))).toHaveLength(1);
});

test("files that were listed while their set was PENDING are requested again", async () => {
  const fake = await visits("files", ({ fileStore }) => {
    fileStore.fileSetsAnswer = () =>
      several(9, (number) => someFileSet(number, { status: "PENDING" }));
    fileStore.filesAnswer = () => [someFile(1)];
  });
  const pages = new HeldPages<StoredFile>();
  fake.fileStore.filesAnswer = () => pages;
  await goTo(fake, "file-sets");
  fake.press("enter");
  await fake.until(isKind("files"));
  expect(fake.names()).toEqual([]);
  pages.give(several(4, someFile));
  pages.end();
  await fake.until(isListedAt("files"));
  expect(fake.names()).toHaveLength(4);
});

test("file sets that have ended since are not shown", async () => {
  const endsMs = thenMs + dayMs / 2;
  const fake = await visits("file-sets", ({ fileStore }) => {
    fileStore.fileSetsAnswer = () => [
      someFileSet(1, { availableTo: new Date(endsMs).toISOString() }),
      someFileSet(2),
    ];
  });
  await openHeldFileSets(fake);
  await fake.until(() => fake.names().length > 0);
  expect(fake.names()).toEqual([someFileSet(2).name]);
});

test("what came, or became READY, since the last visit is new; at the first visit nothing is", async () => {
  const pendingThen = someFileSet(9, { status: "PENDING" });
  const fake = await visits("file-sets", ({ fileStore }) => {
    fileStore.fileSetsAnswer = () => [...several(8, someFileSet), pendingThen];
  });
  fake.fileStore.fileSetsAnswer = () => several(11, someFileSet);
  const news = () =>
    Object.values(fake.state().listings)
      .flatMap(({ rows }) => rows)
      .filter((entry) => entry.kind === "file-set" && entry.isNew)
      .map(({ id }) => id);
  await goTo(fake, "file-sets");
  const expected = [9, 10, 11].map((number) => someFileSet(number).id);
  expect(news()).toEqual(expected);
  fake.press("r");
  await fake.until(isListedAt("file-sets"));
  expect(news()).toEqual(expected);
  fake.press("escape", "enter");
  await fake.until(isListedAt("file-sets"));
  expect(news()).toEqual([]);
  const first = fakeProgram();
  await goTo(first, "file-sets");
  expect(Object.values(first.state().listings).at(-1)?.seenBefore).toBeUndefined();
});

test("signing out forgets what the account saw", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  expect(fake.listingCache.kept.size).toBe(3);
  await fake.program.actions.signOut();
  expect(fake.listingCache.kept.size).toBe(0);
});
