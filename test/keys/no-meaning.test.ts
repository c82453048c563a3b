import { expect, test } from "vitest";
import { fakeProgram, goTo } from "../fakes/program.ts";

test("a key that means nothing here says where it does, or that it is nowhere", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press("x");
  expect(fake.state().notice?.text).toBe("Cancel: x does that on Downloads.");
  fake.press("Z");
  expect(fake.state().notice?.text).toBe("Z does nothing here.");
  fake.press("t", "d");
  expect(fake.state().notice?.text).toBe("Download: d does that on File sets, Files and Preview.");
  fake.press("escape", "escape", "escape", "escape", "pageup");
  expect(fake.state().notice?.text).toMatch(/^.*PgUp does/);
});

test.each([
  ["space", "Mark: Space does that on File sets and Files."],
  ["d", "Download: d does that on File sets, Files and Preview."],
  ["a", "Mark all: a does that on File sets, Files and Downloads."],
  ["v", "Range: v does that on File sets, Files and Downloads."],
  ["*", "Invert: * does that on File sets, Files and Downloads."],
  ["A", "Unmark: A does that on File sets, Files and Downloads."],
])("packages are not chosen: %s there says where it chooses", async (key, text) => {
  const fake = fakeProgram();
  await goTo(fake, "packages");
  fake.press(key);
  expect(fake.state().notice?.text).toBe(text);
});

test("what is left of a split arrow key does nothing at all", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  const before = fake.state();
  fake.press("sequence");
  expect(fake.state()).toBe(before);
});
