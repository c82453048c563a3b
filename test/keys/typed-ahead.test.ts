import { expect, test } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import type { FileSet, Package } from "../../source/domain/entities.ts";
import { currentPlace } from "../../source/store/selectors/table.ts";
import { several, someFileSet, somePackage } from "../support/fakes/listings.ts";
import { fakeProgram, isAt, isListedAt, openHeldFileSets } from "../support/fakes/program.ts";
import { HeldPages } from "../support/fakes/service.ts";

test("keys wait for the bucket that the command line names, and then act on its packages", async () => {
  const fake = fakeProgram({ bucket: "bulk-ESG" });
  const pages = new HeldPages<Package>();
  fake.fileStore.packagesAnswer = () => pages;
  const resumed = fake.program.actions.resume();
  fake.press("j");
  await resumed;
  fake.press("i");
  pages.give(several(2, somePackage));
  pages.end();
  await fake.until(({ beside, overlay }) => overlay !== undefined || beside === "details");
  expect(fake.current()).toBe("Bulk-ESG-Global-Content2-v1");
});

test("keys wait for the rows of the package that the command line names", async () => {
  const fake = fakeProgram({ bucket: "bulk-ESG", package: "content2" });
  const pages = new HeldPages<FileSet>();
  fake.fileStore.fileSetsAnswer = () => pages;
  await fake.program.actions.resume();
  await fake.until(isAt("file-sets"));
  fake.press("G", "space");
  pages.give(several(9, someFileSet));
  pages.end();
  const state = await fake.until(({ views }) =>
    Object.values(views).some(({ marks }) => marks.size > 0),
  );
  expect(Object.values(state.views).flatMap(({ marks }) => [...marks])).toEqual(["4000-aaaa-1"]);
});

test("Esc while its rows are loading goes back, and drops the keys that waited", async () => {
  const fake = fakeProgram({ bucket: "bulk-ESG", package: "content2" });
  fake.fileStore.fileSetsAnswer = () => new HeldPages<FileSet>();
  await fake.program.actions.resume();
  await fake.until(isAt("file-sets"));
  fake.press("up", "escape");
  await fake.until(({ openingNamedPlace }) => !openingNamedPlace);
  expect(currentPlace(fake.state()).kind).toBe("packages");
  expect(fake.current()).toBe("Bulk-ESG-Global-Content2-v1");
});

test("keys for a list that is still loading act on its rows", async () => {
  const fake = fakeProgram();
  const pages = await openHeldFileSets(fake);
  fake.press("j", "space");
  expect(fake.state().notice?.text).toBe("Mark waits for the list.");
  pages.give(several(9, someFileSet));
  const { views } = await fake.until((state) =>
    Object.values(state.views).some(({ marks }) => marks.size > 0),
  );
  expect(Object.values(views).flatMap(({ marks }) => [...marks])).toEqual(["4000-aaaa-8"]);
});

test.each([
  ["escape", "enter"],
  ["t", "escape"],
  ["?", "escape"],
  ["/", "escape"],
])("%s drops the keys that wait for the rows of a list", async (away, back) => {
  const fake = fakeProgram();
  const pages = await openHeldFileSets(fake);
  fake.press("space", away);
  fake.fileStore.fileSetsAnswer = () => several(9, someFileSet);
  pages.give(several(9, someFileSet));
  pages.end();
  fake.press(back);
  await fake.until(isListedAt("file-sets"));
  expect(Object.values(fake.state().views).flatMap(({ marks }) => [...marks])).toEqual([]);
});

test("keys wait for the place that goto names", async () => {
  const fake = fakeProgram();
  await fake.program.actions.resume();
  const pages = new HeldPages<Package>();
  fake.fileStore.packagesAnswer = () => pages;
  fake.press(":");
  fake.type("goto symb");
  fake.press("enter", "j");
  pages.give(several(2, somePackage));
  await fake.until(() => fake.current() === "Bulk-ESG-Global-Content2-v1");
});

test.each<[string, (pages: HeldPages<Package>, press: (key: string) => void) => void]>([
  [
    "does not open",
    (pages) => pages.give(new AppError({ kind: "service", tried: "Listing", answered: "503" })),
  ],
  ["is given up with Esc", (_, press) => press("escape")],
])("keys are dropped when the place %s: none is typed into the field", async (_, end) => {
  const fake = fakeProgram({ bucket: "bulk-ESG" });
  const pages = new HeldPages<Package>();
  fake.fileStore.packagesAnswer = () => pages;
  await fake.program.actions.resume();
  fake.press("j", "d");
  expect(fake.state().bucket.opening).toBe("bulk-ESG");
  end(pages, (key) => fake.press(key));
  await fake.until(({ openingNamedPlace }) => !openingNamedPlace);
  expect(currentPlace(fake.state()).kind).toBe("bucket");
  expect(fake.state().bucket.field.text).toBe("bulk-ESG");
  fake.press("x");
  expect(fake.state().bucket.field.text).toBe("x");
});

test("keys that wait for a place never reach the sign-in form", async () => {
  const fake = fakeProgram({ bucket: "bulk-ESG" });
  const refused = new AppError({ kind: "sign-in", tried: "Signing in", answered: "expired" });
  fake.auth.answers.push(refused);
  const resumed = fake.program.actions.resume();
  fake.press("j");
  await resumed;
  await fake.until(({ session }) => session.phase === "form");
  const { fields } = fake.state().session.form;
  expect(Object.values(fields).map(({ text }) => text)).not.toContain("j");
});
