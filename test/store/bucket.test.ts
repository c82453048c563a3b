import { expect, test, vi } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import type { Package } from "../../source/domain/entities.ts";
import { menuItems } from "../../source/store/selectors/bucket-menu.ts";
import { currentPlace } from "../../source/store/selectors/table.ts";
import { several, somePackage } from "../support/fakes/listings.ts";
import { fakeProgram, goTo, isAt } from "../support/fakes/program.ts";
import { HeldPages } from "../support/fakes/service.ts";

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
    const failed = await fake.until(
      (state) => state.bucket.problem !== undefined && !state.openingNamedPlace,
    );
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
  expect(fake.state().bucket.problem).toContain("Type a bucket name");
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

const spellings = (bucket: Parameters<typeof menuItems>[0], name: string) =>
  menuItems(bucket)
    .map((item) => item.bucket)
    .filter((own) => own.toLowerCase() === name.toLowerCase());

test("a bucket that was remembered in another case is shown as the service lists it", async () => {
  const fake = fakeProgram();
  fake.preferences.rememberBucket("BULK-extra");
  fake.fileStore.bucketsAnswer = [{ name: "bulk-Extra" }];
  await goTo(fake, "bucket");
  const { bucket } = await fake.until((state) => state.bucket.listed.length > 0);
  expect(spellings({ ...bucket, recent: ["BULK-extra"] }, "bulk-extra")).toEqual(["bulk-Extra"]);
});

test.each<[string, readonly string[]]>([
  ["its packages", ["bulk-Extra"]],
  ["the list of buckets, when its packages do not", []],
])(
  "a bucket that is typed in another case is opened and remembered as %s spell it",
  async (_, bucketNames) => {
    const fake = fakeProgram();
    fake.fileStore.bucketsAnswer = [{ name: "bulk-Extra" }];
    fake.fileStore.packagesAnswer = () => [somePackage(1, { bucketNames: [...bucketNames] })];
    await goTo(fake, "bucket");
    await fake.until((state) => state.bucket.listed.length > 0);
    fake.type("BULK-extra");
    fake.press("enter");
    await fake.until(isAt("packages"));
    const state = await fake.until(({ bucket }) => bucket.opening === undefined);
    expect(currentPlace(state)).toMatchObject({ bucket: "bulk-Extra" });
    expect(fake.preferences.recentBuckets()).toEqual(["bulk-Extra"]);
    expect(spellings(state.bucket, "bulk-extra")).toEqual(["bulk-Extra"]);
  },
);

test("the packages of a bucket that is typed in another case are kept under the service's spelling", async () => {
  const fake = fakeProgram();
  fake.fileStore.packagesAnswer = () => [somePackage(1, { bucketNames: ["bulk-Extra"] })];
  const put = vi.spyOn(fake.listingCache, "put");
  await goTo(fake, "bucket");
  fake.type("BULK-extra");
  fake.press("enter");
  await fake.until(() => put.mock.calls.length > 0);
  expect(put.mock.calls.map(([, key]) => key)).toEqual([
    { kind: "packages", bucket: "bulk-Extra" },
  ]);
});
