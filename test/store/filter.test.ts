import { expect, test } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import { hintsFor } from "../../source/keys/key-table.ts";
import { somePackage } from "../support/fakes/listings.ts";
import { fakeProgram, goTo, isAt, isListedAt, openHeldFileSets } from "../support/fakes/program.ts";

test("a fuzzy word narrows the rows, and the best fitting come first", async () => {
  const fake = fakeProgram();
  const names = ["x-d-e-l-t-a", "my-delta", "Delta", "Init", "delta-1"];
  fake.fileStore.packagesAnswer = () =>
    names.map((packageName, index) => somePackage(index + 1, { packageName }));
  await goTo(fake, "packages");
  fake.press("/");
  fake.type("~delta");
  expect(fake.names()).toEqual(["Delta", "delta-1", "my-delta", "x-d-e-l-t-a"]);
  fake.type(" !my");
  expect(fake.names()).toEqual(["Delta", "delta-1", "x-d-e-l-t-a"]);
});

test("over nothing there is no filter, and no hint of one", async () => {
  const fake = fakeProgram();
  const offersFilter = () =>
    hintsFor(fake.state(), () => true).some(({ title }) => title === "filter");
  const busy = new AppError({ kind: "service", tried: "Listing", answered: "503" });
  await goTo(fake, "packages");
  expect(offersFilter()).toBe(true);
  for (const [answer, phase] of [
    [[], "complete"],
    [busy, "failed"],
  ] as const) {
    fake.fileStore.fileSetsAnswer = () => answer;
    fake.press("enter");
    await fake.until(({ listings }) =>
      Object.entries(listings).some(
        ([key, one]) => key.includes("file-sets") && one.phase === phase,
      ),
    );
    expect(offersFilter()).toBe(false);
    fake.press("/");
    expect(fake.state().filterField).toBeUndefined();
    expect(fake.state().notice?.text).toBe("Filter: there is no file set here.");
    fake.press("escape");
    await fake.until(isListedAt("packages"));
  }
});

test("a filter is typed ahead while the list is on its way", async () => {
  const fake = fakeProgram();
  await openHeldFileSets(fake);
  await fake.until(isAt("file-sets"));
  fake.press("/");
  fake.type("delta");
  expect(fake.state().filterField?.text).toBe("delta");
});
