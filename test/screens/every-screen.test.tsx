import { expect, test } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import type { Package } from "../../source/domain/entities.ts";
import { HeldPages } from "../support/fakes/service.ts";
import { throughScreens } from "../support/terminal/every-screen.tsx";
import { renderProgram } from "../support/terminal/render-program.tsx";

const hue = /\u001b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])m/;
const inverse = /\u001b\[(?:1;)?7m/;

/** Screens that have neither a cursor nor a field: their keys are in their words. */
const withoutCursor = ["details", "what was told", "quitting"];

test.each([
  [{ NO_COLOR: "1" }, {}],
  [{}, { theme: "none" }],
])(
  "with %j and %j every screen is readable without hues, its cursor by inverse",
  async (environment, settings) => {
    await throughScreens({ environment, settings }, (screen, name) => {
      expect(screen.painted(), name).not.toMatch(hue);
      if (!withoutCursor.includes(name)) expect(screen.painted(), name).toMatch(inverse);
      if (["marks", "a range"].includes(name)) expect(screen.frame(), name).toMatch(/\n \* /);
    });
  },
);

test.each(["dark", "light", "high-contrast"])("the theme %s has hues", async (theme) => {
  const seen: boolean[] = [];
  await throughScreens({ settings: { theme } }, (screen) => {
    seen.push(hue.test(screen.painted()));
  });
  expect(seen.some((has) => has)).toBe(true);
});

test("errors have a mark and words, and their unread number is shown", async () => {
  const failure = new AppError({ kind: "service", tried: "Listing files", answered: "no answer" });
  const screen = renderProgram({ environment: { NO_COLOR: "1" }, bucket: "bulk-ESG" });
  await screen.until("1/2 packages");
  screen.fake.program.actions.notify("error", failure.message);
  await screen.until("! Listing files: no answer.");
  screen.fake.program.actions.notify("note", "Something else.");
  await screen.until("! 1 error to read: e");
  screen.press("e");
  expect(await screen.until("Messages")).toMatch(/error +Listing files: no answer\./);
});

test("the spinner stands still with reduced motion", async () => {
  const pages = new HeldPages<Package>();
  const screen = renderProgram({
    bucket: "bulk-ESG",
    settings: { motion: "reduced" },
    prepare: ({ fileStore }) => (fileStore.packagesAnswer = () => pages),
  });
  expect(await screen.until("Looking for bucket")).toContain(" - Looking for bucket bulk-ESG…");
});
