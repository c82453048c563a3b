import { expect, test } from "vitest";
import type { Package } from "../../source/domain/entities.ts";
import { AppError } from "../../source/errors.ts";
import { currentPlace } from "../../source/store/selectors/table.ts";
import { several, somePackage } from "../fakes/listings.ts";
import { fakeProgram, goTo, isAt } from "../fakes/program.ts";
import { HeldPages } from "../fakes/service.ts";

const busy = new AppError({ kind: "service", tried: "Listing packages", answered: "503" });

test.each<[string, string | undefined, string]>([
  ["bulk-ESG", undefined, "bulk-ESG"],
  ["bulk-ESG", "content2", "bulk-ESG/content2"],
])(
  "what the call named stays in the field when it does not open, and Enter tries it again",
  async (bucket, wanted, path) => {
    const fake = fakeProgram({ bucket, ...(wanted === undefined ? {} : { package: wanted }) });
    fake.fileStore.packagesAnswer = () => busy;
    await fake.program.actions.resume();
    const failed = await fake.until((state) => state.bucket.problem !== undefined);
    expect(failed.bucket.field.text).toBe(path);
    fake.fileStore.packagesAnswer = () => several(2, somePackage);
    fake.press("enter");
    await fake.until(isAt(wanted === undefined ? "packages" : "file-sets"));
  },
);

test("a path without a bucket is not wiped", async () => {
  const fake = fakeProgram();
  await goTo(fake, "bucket");
  fake.type("/scores !Full");
  fake.press("enter");
  expect(fake.state().bucket.field.text).toBe("/scores !Full");
  expect(fake.state().bucket.problem).toContain("Type the name of a bucket");
});

test.each<[string, (pages: HeldPages<Package>) => void, string | undefined]>([
  ["packages that come", (pages) => pages.give(several(2, somePackage)), undefined],
  ["a failure that comes", (pages) => pages.give(busy), busy.message],
])("%s while Downloads is shown end the waiting, and open nothing", async (_, answer, problem) => {
  const fake = fakeProgram();
  await goTo(fake, "bucket");
  const pages = new HeldPages<Package>();
  fake.fileStore.packagesAnswer = () => pages;
  fake.press("down", "enter", "t");
  expect(currentPlace(fake.state()).kind).toBe("downloads");
  answer(pages);
  pages.end();
  const { bucket } = await fake.until((state) => state.bucket.opening === undefined);
  expect(bucket.problem).toBe(problem);
  expect(currentPlace(fake.state()).kind).toBe("downloads");
});
