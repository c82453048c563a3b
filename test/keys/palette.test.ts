import { expect, test } from "vitest";
import { paletteCommands } from "../../source/keys/overlays/palette.ts";
import { currentPlace } from "../../source/store/selectors/table.ts";
import { fakeProgram, goTo, isListedAt } from "../support/fakes/program.ts";

test("what is typed is found in its letters' order, in titles before sentences", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press("ctrl-p");
  fake.type("dwnl");
  expect(paletteCommands(fake.state())[0]?.id).toMatch(/^download/);
  fake.press("ctrl-u");
  fake.type("sort");
  expect(paletteCommands(fake.state())[0]?.id).toBe("sort");
  fake.press("enter");
  expect(fake.state().overlay?.kind).toBe("sort");
});

test("goto opens a bucket, and a package in it", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press(":");
  fake.type("goto bulk-ESG/bulk-esg-global-content2-v1");
  expect(paletteCommands(fake.state()).map(({ id }) => id)).toEqual(["goto"]);
  fake.press("enter");
  await fake.until(isListedAt("file-sets"));
  expect(currentPlace(fake.state())).toMatchObject({
    kind: "file-sets",
    package: { packageName: "Bulk-ESG-Global-Content2-v1" },
  });
});

test("goto without a bucket asks for one", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press(":");
  fake.type("goto");
  fake.press("enter");
  expect(fake.state().overlay).toMatchObject({ kind: "palette", field: { text: "goto " } });
});

test("goto opens the bucket that matches best, and says so before", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press(":");
  fake.type("goto symb");
  expect(paletteCommands(fake.state()).map(({ about }) => about)).toEqual(["Open bulk-Symbology"]);
  fake.press("enter");
  await fake.until(isListedAt("packages"));
  expect(currentPlace(fake.state())).toMatchObject({ bucket: "bulk-Symbology" });
});

test("Tab completes the command, then the bucket and the package behind goto", async () => {
  const fake = fakeProgram();
  await goTo(fake, "bucket");
  const typed = (text: string) =>
    fake.until(({ overlay }) => overlay?.kind === "palette" && overlay.field.text === text);
  fake.press(":");
  fake.type("got");
  fake.press("tab");
  await typed("goto ");
  fake.type("symb");
  fake.press("tab");
  await typed("goto bulk-Symbology/");
  fake.type("content2");
  fake.press("tab");
  await typed("goto bulk-Symbology/Bulk-ESG-Global-Content2-v1");
});
