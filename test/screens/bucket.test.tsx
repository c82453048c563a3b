import { expect, test } from "vitest";
import { HeldPages } from "../support/fakes/service.ts";
import { renderProgram } from "../support/terminal/render-program.tsx";

test("the field has the focus; below it are buckets opened before, known, and listed", async () => {
  const screen = renderProgram({
    prepare: ({ fileStore, preferences }) => {
      preferences.rememberBucket("bulk-Symbology");
      fileStore.bucketsAnswer = [{ name: "bulk-Extra" }];
    },
  });
  const frame = await screen.until("bulk-Extra");
  expect(frame).toContain("cfs  Bucket");
  expect(frame).toMatch(/› Bucket/);
  expect(frame).toMatch(/bulk-ESG +ESG, ESG Point in Time/);
  expect(frame).toMatch(/bulk-Extra +listed by the service/);
});

test("a bucket opened before comes first", async () => {
  const screen = renderProgram({ columns: 120 });
  await screen.until("Known buckets");
  screen.type("bulk-esg\r");
  await screen.until("2 packages");
  screen.press("escape");
  const frame = await screen.until("Known buckets");
  expect(frame).toMatch(/Known buckets *\n +bulk-ESG +ESG, ESG Point in Time · opened before/);
  expect(frame).toMatch(/› Bucket +bulk-ESG/);
});

test("typing narrows the list, Down goes into it, Enter opens", async () => {
  const screen = renderProgram();
  await screen.until("Known buckets");
  screen.type("symb");
  const frame = await screen.until((text) => !text.includes("bulk-ESG"));
  expect(frame).toContain("bulk-Symbology");
  screen.press("down", "enter");
  await screen.until("Packages");
  expect(screen.fake.fileStore.asked).toContain("packages bulk-Symbology");
});

test.each([
  ["the only match", "gree\r", "packages bulk-GreenRevenue"],
  ["the best match", "esg\r", "packages ESG"],
  ["exactly the name before a slash", "bulk-E/\r", "packages bulk-E"],
  ["the text that no known bucket matches", "mine-own\r", "packages mine-own"],
])("Enter opens %s", async (_, typed, asked) => {
  const screen = renderProgram({
    prepare: ({ fileStore }) => (fileStore.bucketsAnswer = [{ name: "ESG" }]),
  });
  await screen.until("listed by the service");
  screen.type(typed);
  await screen.until("2 packages");
  expect(screen.fake.fileStore.asked).toContain(asked);
});

test("while a name is typed, the screen says what Enter opens, best match first", async () => {
  const screen = renderProgram();
  await screen.until("Known buckets");
  screen.type("FMRD");
  expect(await screen.until("Enter opens bulk-FMRD.")).not.toContain("bulk-ESG");
  screen.press("ctrl-u");
  screen.type("bulk-s");
  expect(await screen.until("Enter opens bulk-Symbology.")).toMatch(/Symbology\. *\n +bulk-Symb/);
});

test("Tab completes the bucket, then the package, and Enter opens it", async () => {
  const screen = renderProgram();
  await screen.until("Known buckets");
  screen.type("bulk-e\t");
  await screen.until(/› Bucket +bulk-ESG\/ /);
  screen.press("tab");
  await screen.until(/› Bucket +bulk-ESG\/Bulk-ESG-Global-Content /);
  screen.press("tab");
  await screen.until("2 packages: Bulk-ESG-Global-Content1-v1, Bulk-ESG-Global-Content2-v1.");
  screen.type("2\t");
  await screen.until("Enter looks for Bulk-ESG-Global-Content2-v1 in bulk-ESG.");
  screen.press("enter");
  await screen.until("Bulk-ESG-Global-Content2-v1 › File sets");
});

test("Tab goes into the list when several buckets match and share no more letters", async () => {
  const screen = renderProgram();
  await screen.until("Known buckets");
  screen.type("bulk-\t");
  await screen.until("type a name");
  screen.press("down", "enter");
  await screen.until("2 packages");
});

test("Tab says why a package cannot be completed", async () => {
  const screen = renderProgram({
    prepare: ({ fileStore }) => (fileStore.packagesAnswer = () => []),
  });
  await screen.until("Known buckets");
  screen.type("bulk-esg/x\t");
  await screen.until('Bucket "bulk-ESG" has no packages for this account.');
});

test("ten Downs in one packet move ten rows, and the menu scrolls with them", async () => {
  const screen = renderProgram({
    rows: 15,
    prepare: ({ fileStore }) => {
      fileStore.bucketsAnswer = Array.from({ length: 30 }, (_, index) => ({
        name: `listed-${String(index).padStart(2, "0")}`,
      }));
    },
  });
  await screen.until("listed-");
  screen.press("down", ...Array.from({ length: 10 }, () => "down"));
  await screen.until("listed-04");
  expect(screen.painted()).toMatch(/\u001b\[7m[^\n]*listed-04/);
  expect(screen.lines().length).toBeLessThanOrEqual(15);
});

test("what is waited for is said, and what went wrong stays beside the text", async () => {
  const pages = new HeldPages<never>();
  const screen = renderProgram({
    prepare: ({ fileStore }) => (fileStore.packagesAnswer = () => pages),
  });
  await screen.until("Known buckets");
  screen.type("nowhere\r");
  await screen.until("Looking for bucket nowhere…");
  pages.end();
  const frame = await screen.until('Bucket "nowhere" has no packages');
  expect(frame).toMatch(/› Bucket +nowhere/);
  expect(frame).toContain("No known bucket matches.");
  expect(frame).not.toContain("Enter asks the service");
  screen.type("x");
  await screen.until((text) => !text.includes("no package"));
});

test("a bucket and a package behind a slash open the package", async () => {
  const screen = renderProgram();
  await screen.until("Known buckets");
  screen.type("bulk-esg/content2\r");
  await screen.until('The only package with "content2" in its name.');
  expect(screen.frame()).toContain("Bulk-ESG-Global-Content2-v1 › File sets");
});

test("a bucket that was listed before opens at once, and is refreshed behind", async () => {
  const screen = renderProgram({ bucket: "bulk-ESG" });
  await screen.until("2 packages");
  screen.fake.fileStore.packagesAnswer = () => new HeldPages<never>();
  screen.press("escape");
  await screen.until("Known buckets");
  screen.press("enter");
  const frame = await screen.until("refreshing");
  expect(frame).toContain("Bulk-ESG-Global-Content1-v1");
});

test("a paste arrives whole and clean", async () => {
  const screen = renderProgram();
  await screen.until("Known buckets");
  screen.paste("bulk-\u001b[31mEsG\r\n");
  await screen.until("bulk-EsG");
  screen.press("ctrl-u");
  screen.paste("bulk-esg\n");
  await screen.until("bulk-esg");
  screen.press("enter");
  await screen.until("2 packages");
});

test("text, a delete, more text and Enter in one packet", async () => {
  const screen = renderProgram();
  await screen.until("Known buckets");
  screen.type("bulk-esx\u007fg\r");
  await screen.until("2 packages");
});

test("an arrow key cut in two types nothing, and loses no text", async () => {
  const screen = renderProgram();
  await screen.until("Known buckets");
  screen.type("bulk");
  await screen.until("bulk");
  screen.press("escape");
  await screen.until("This is the first screen");
  screen.type("[B");
  screen.type("-x");
  await screen.until("bulk-x");
});
