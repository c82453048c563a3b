import { expect, test } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import type { FileSet, Package } from "../../source/domain/entities.ts";
import { currentPlace, cursorIn } from "../../source/store/selectors/table.ts";
import { several, someFileSet, somePackage } from "../support/fakes/listings.ts";
import { fakeProgram, goTo, isAt, isListedAt, openHeldFileSets } from "../support/fakes/program.ts";
import { HeldPages } from "../support/fakes/service.ts";

const failure = new AppError({
  kind: "service",
  tried: "Listing file sets",
  answered: "Service Unavailable",
  requestId: "53a7dae3",
  advice: "Try again in a minute.",
});

test("the first page is shown at once, the others behind it, newest first", async () => {
  const fake = fakeProgram();
  const pages = await openHeldFileSets(fake);
  pages.give([someFileSet(3), someFileSet(1)]);
  await fake.until(() => fake.names().length === 2);
  expect(fake.names()).toEqual([someFileSet(3).name, someFileSet(1).name]);
  pages.give([someFileSet(2), someFileSet(7)]);
  await fake.until(() => fake.names().length === 4);
  expect(fake.names()[0]).toBe(someFileSet(7).name);
  pages.end();
  await fake.until(isListedAt("file-sets"));
});

test("pages that come fast are shown in batches, and whole at the end", async () => {
  const fake = fakeProgram({}, { nowMs: () => 0 });
  const pages = await openHeldFileSets(fake);
  let changes = 0;
  const unsubscribe = fake.program.store.subscribe(() => changes++);
  for (const number of [1, 2, 3, 4, 5]) pages.give([someFileSet(number)]);
  pages.end();
  await fake.until(isListedAt("file-sets"));
  unsubscribe();
  expect(changes).toBe(2);
  expect(fake.names()).toHaveLength(5);
});

test("leaving a list stops it, and a late answer changes nothing", async () => {
  const fake = fakeProgram();
  const pages = await openHeldFileSets(fake);
  await fake.until(isAt("file-sets"));
  fake.press("escape");
  expect(pages.aborted).toBe(true);
  const before = fake.state();
  pages.give([someFileSet(1)]);
  await Promise.resolve();
  expect(fake.state()).toBe(before);
});

test("a reload outruns the list before it, however their answers come", async () => {
  const fake = fakeProgram();
  const runs = [new HeldPages<FileSet>(), new HeldPages<FileSet>()];
  const [slow, fast] = runs;
  await goTo(fake, "packages");
  fake.fileStore.fileSetsAnswer = () => runs.shift() ?? [];
  fake.press("enter");
  fake.press("r");
  fast?.give([someFileSet(2)]);
  fast?.end();
  await fake.until(isListedAt("file-sets"));
  slow?.give([someFileSet(1)]);
  slow?.end();
  await Promise.resolve();
  expect(fake.names()).toEqual([someFileSet(2).name]);
});

test("while a list is refreshed its rows stand; they change when the new ones are whole", async () => {
  const fake = fakeProgram();
  await goTo(fake, "file-sets");
  const pages = new HeldPages<FileSet>();
  fake.fileStore.fileSetsAnswer = () => pages;
  fake.press("r");
  pages.give([someFileSet(20)]);
  await fake.until(({ listings }) =>
    Object.values(listings).some(({ phase, received }) => phase === "refreshing" && received === 1),
  );
  expect(fake.names()).toHaveLength(9);
  pages.end();
  await fake.until(isListedAt("file-sets"));
  expect(fake.names()).toEqual([someFileSet(20).name]);
});

test("a failure midway keeps the rows that came, and r lists again", async () => {
  const fake = fakeProgram();
  await goTo(fake, "packages");
  const pages = new HeldPages<FileSet>();
  fake.fileStore.fileSetsAnswer = () => pages;
  fake.press("enter");
  pages.give([someFileSet(1)]);
  pages.give(failure);
  await fake.until(({ listings }) =>
    Object.values(listings).some((one) => one.phase === "failed" && one.error === failure),
  );
  expect(fake.names()).toEqual([someFileSet(1).name]);
  fake.fileStore.fileSetsAnswer = () => several(9, someFileSet);
  fake.press("r");
  await fake.until(isListedAt("file-sets"));
  expect(fake.names()).toHaveLength(9);
});

test("when the row under the cursor goes, after others came in above it, the cursor stays at its line", async () => {
  const fake = fakeProgram();
  const lists = async (numbers: readonly number[]) => {
    fake.fileStore.fileSetsAnswer = () => numbers.map((number) => someFileSet(number));
    fake.press("r");
    await fake.until(() => fake.names().length === numbers.length);
  };
  await goTo(fake, "file-sets");
  fake.press("j", "j", "j");
  const at = () => cursorIn(fake.state(), currentPlace(fake.state())).index;
  expect([at(), fake.current()]).toEqual([3, someFileSet(6).name]);
  await lists([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
  expect([at(), fake.current()]).toEqual([10, someFileSet(6).name]);
  await lists([1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
  expect([at(), fake.current()]).toEqual([10, someFileSet(5).name]);
  fake.press("S");
  expect(at()).toBe(4);
  await lists([1, 2, 3, 4, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
  expect([at(), fake.current()]).toEqual([4, someFileSet(7).name]);
});

test("a place that is opened again shows its rows at once and refreshes them", async () => {
  const fake = fakeProgram();
  await goTo(fake, "file-sets");
  fake.press("escape");
  const pages = new HeldPages<FileSet>();
  fake.fileStore.fileSetsAnswer = () => pages;
  fake.press("enter");
  expect(fake.names()).toHaveLength(9);
  pages.give([someFileSet(1)]);
  pages.end();
  await fake.until(() => fake.names().length === 1);
});

test("the files of a READY file set, which never changes, are requested once", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press("escape", "enter");
  const asked = fake.fileStore.asked.filter((what) => what.startsWith("files"));
  expect(asked).toHaveLength(1);
  expect(fake.names()).toHaveLength(4);
});

test("a session that ends midway leads to the form and back to where one was", async () => {
  const fake = fakeProgram();
  await goTo(fake, "packages");
  fake.fileStore.fileSetsAnswer = () =>
    new AppError({ kind: "sign-in", tried: "Listing file sets", answered: "token expired" });
  fake.press("enter");
  const form = await fake.until(({ session }) => session.phase === "form");
  expect(form.session).toMatchObject({ reason: expect.stringContaining("token expired") });
  expect(form.session.form.fields.username.text).toBe("GE-A-00000001-1-0001");
  fake.fileStore.fileSetsAnswer = () => several(9, someFileSet);
  fake.type("secret");
  fake.press("enter");
  fake.type("key");
  fake.press("enter");
  await fake.until(isListedAt("file-sets"));
  expect(currentPlace(fake.state()).kind).toBe("file-sets");
  expect(fake.names()).toHaveLength(9);
});

test("a bucket opens with its first packages, in the spelling of the service", async () => {
  const fake = fakeProgram();
  const pages = new HeldPages<Package>();
  fake.fileStore.packagesAnswer = () => pages;
  await goTo(fake, "bucket");
  fake.type("BULK-esg/");
  fake.press("enter");
  expect(fake.state().bucket.opening).toBe("BULK-esg");
  expect(currentPlace(fake.state()).kind).toBe("bucket");
  pages.give([somePackage(1)]);
  await fake.until(isAt("packages"));
  expect(currentPlace(fake.state())).toEqual({ kind: "packages", bucket: "bulk-ESG" });
  expect(fake.preferences.recent).toEqual(["bulk-ESG"]);
});

test("an unknown bucket is reported in its field, where another can be typed", async () => {
  const fake = fakeProgram();
  fake.fileStore.packagesAnswer = (bucket) =>
    bucket === "nothing" ? [] : bucket === "wrong" ? failure : several(2, somePackage);
  await goTo(fake, "bucket");
  fake.type("wrong");
  fake.press("enter");
  let state = await fake.until(({ bucket }) => bucket.problem !== undefined);
  expect(state.bucket.problem).toContain("Service Unavailable (request 53a7dae3)");
  expect(state.bucket.field.text).toBe("wrong");
  fake.press("ctrl-u");
  expect(fake.state().bucket.problem).toBeUndefined();
  fake.type("nothing");
  fake.press("enter");
  state = await fake.until(({ bucket }) => bucket.problem !== undefined);
  expect(state.bucket.problem).toContain('Bucket "nothing" has no packages');
  fake.press("ctrl-u");
  fake.type("bulk-ESG");
  fake.press("enter");
  await fake.until(isListedAt("packages"));
});

test("Esc, or typing on, stops waiting for a bucket", async () => {
  const fake = fakeProgram();
  const pages = new HeldPages<Package>();
  fake.fileStore.packagesAnswer = () => pages;
  await goTo(fake, "bucket");
  fake.type("bulk-ESG");
  fake.press("enter", "escape");
  expect(pages.aborted).toBe(true);
  expect(fake.state().bucket.opening).toBeUndefined();
  expect(fake.state().bucket.field.text).toBe("bulk-ESG");
});

test("the service's own list of buckets joins the suggestions; if it is refused the others stay", async () => {
  const fake = fakeProgram();
  fake.fileStore.bucketsAnswer = [{ name: "bulk-Extra" }, { name: "BULK-esg" }];
  await goTo(fake, "bucket");
  await fake.until(({ bucket }) => bucket.listed.length === 2);
  const refused = fakeProgram();
  refused.fileStore.bucketsAnswer = failure;
  await goTo(refused, "bucket");
  expect(refused.state().notice).toBeUndefined();
});

test("a bucket and a package named at the start are opened", async () => {
  const fake = fakeProgram({
    bucket: "bulk-esg",
    package: somePackage(2).packageName.toLowerCase(),
  });
  await fake.program.actions.resume();
  await fake.until(isListedAt("file-sets"));
  expect(fake.fileStore.asked).toContain(`file-sets ${somePackage(2).packageId}`);
  fake.press("escape");
  expect(fake.current()).toBe(somePackage(2).packageName);
});
