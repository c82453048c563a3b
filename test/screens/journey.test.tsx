import { expect, test } from "vitest";
import { renderProgram } from "../support/terminal/render-program.tsx";

test("from the form to a running download, by keys alone", async () => {
  const screen = renderProgram({
    prepare: ({ auth }) => {
      auth.kept = undefined;
    },
  });
  await screen.until("Sign in");
  screen.type("GE-A-1\r");
  await screen.until("› Password");
  screen.type("secret\r");
  await screen.until("› App key");
  screen.type("key\r");
  await screen.until("Known buckets");
  screen.type("bulk-esg\r");
  await screen.until("2 packages");
  screen.press("enter");
  await screen.until("1/9 file sets");
  screen.press("down", "enter");
  await screen.until("1/4 files");
  screen.press("d");
  const frame = await screen.until("Downloading 1 file");
  expect(frame).toContain("cfs  bulk-ESG › Global-");
  screen.press("t");
  expect(await screen.until("New downloads go into /downloads")).toContain("queued");
  expect(screen.frame()).not.toContain("secret");
});
