import { expect, test } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import { inputTarget } from "../../source/store/selectors/input-target.ts";
import { readyPreview } from "../../source/store/selectors/preview.ts";
import { currentPlace } from "../../source/store/selectors/table.ts";
import { someFile } from "../support/fakes/listings.ts";
import { fakeProgram, goTo } from "../support/fakes/program.ts";

test("a key of another screen is reported as not available here, any other as doing nothing", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press("x");
  expect(fake.state().notice?.text).toBe("Cancel is not available in Files. Use it in Downloads.");
  fake.press("Z");
  expect(fake.state().notice?.text).toBe("Z does nothing here.");
  fake.press("t", "d");
  expect(fake.state().notice?.text).toBe("Download is not available in Downloads.");
  fake.press("escape", "escape", "escape", "escape", "pageup");
  expect(fake.state().notice?.text).toMatch(/^.*PgUp does/);
});

test.each([
  ["space", "Mark is not available in Packages. Use it in File sets or Files."],
  ["d", "Download is not available in Packages."],
  ["a", "Mark all is not available in Packages."],
  ["v", "Range is not available in Packages."],
  ["*", "Invert is not available in Packages."],
  ["A", "Clear marks is not available in Packages."],
])("packages cannot be marked or downloaded: %s says so", async (key, text) => {
  const fake = fakeProgram();
  await goTo(fake, "packages");
  fake.press(key);
  expect(fake.state().notice?.text).toBe(text);
});

test("a key is explained by what people mean by it on another screen, never by a way back to a field", async () => {
  const fake = fakeProgram();
  const told = (...keys: string[]) => {
    fake.press(...keys);
    return fake.state().notice?.text;
  };
  await goTo(fake, "files");
  expect(told("shift-tab")).toBe("Shift-Tab does nothing here.");
  expect(told(":", "shift-tab")).toBe("Shift-Tab does nothing here.");
  expect(told("escape", "I", "x")).toBe("Cancel is not available in Details. Use it in Downloads.");
  expect(told("t")).toBe("Downloads: close this first (Esc).");
  fake.press("escape", "p");
  expect(currentPlace(fake.state()).kind).toBe("preview");
  expect(told("s")).toBe("Sort is not available in Preview.");
});

test("Esc on the form says that it is the first screen, also after a session ended on a later one", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  const ended = new AppError({ kind: "sign-in", tried: "Listing", answered: "the session ended" });
  fake.signInAgain(ended);
  for (const focus of ["password", "kind"]) {
    while (fake.state().session.form.focus !== focus) fake.press("tab");
    fake.press("escape");
    expect(fake.state().notice?.text).toBe("This is the first screen. ^C quits.");
  }
  expect(currentPlace(fake.state()).kind).toBe("files");
});

test("Enter in a record of a preview is not explained by another screen", async () => {
  const fake = fakeProgram();
  fake.objects.objects.set(someFile(1).id, Buffer.from('{"a":1}\n'));
  fake.fileStore.filesAnswer = () => [someFile(1, { filename: "a.jsonl" })];
  await goTo(fake, "files");
  fake.press("p");
  await fake.until((state) => readyPreview(state)?.rows.length === 1);
  fake.press("v");
  expect(inputTarget(fake.state())).toBe("record");
  fake.press("enter");
  expect(fake.state().notice?.text).toMatch(/^Fold: /);
});

test("a key without a name gets a notice too", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press("nameless");
  expect(fake.state().notice?.text).toBe("This key does nothing here.");
});

test("what is left of a split arrow key does nothing at all", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  const before = fake.state();
  fake.press("sequence");
  expect(fake.state()).toBe(before);
});
