import { expect, test } from "vitest";
import { somePackage } from "../fakes/listings.ts";
import { fakeProgram, goTo } from "../fakes/program.ts";

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
