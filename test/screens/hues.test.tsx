import { expect, test } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import { someFileSet, somePackage } from "../support/fakes/listings.ts";
import { renderProgram } from "../support/terminal/render-program.tsx";

/** Codes that set a hue, of letters or of their ground. */
const hue = /\u001b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])m/;
const inverseLine = /\u001b\[7m[^\n]*\u001b\[27m/;

async function withoutHues(environment: Readonly<Record<string, string | undefined>>) {
  const screen = renderProgram({
    columns: 120,
    environment,
    bucket: "bulk-ESG",
    prepare: ({ fileStore }) => {
      fileStore.packagesAnswer = () => [somePackage(1), somePackage(2, { isEntitled: false })];
      fileStore.fileSetsAnswer = () => [someFileSet(1), someFileSet(2, { status: "PENDING" })];
    },
  });
  await screen.until("1/2 packages");
  return screen;
}

test.each([{ NO_COLOR: "1" }, { FORCE_COLOR: "0" }, { TERM: "dumb" }])(
  "with %j nothing is shown by hue alone",
  async (environment) => {
    const screen = await withoutHues(environment);
    expect(screen.painted()).not.toMatch(hue);
    expect(screen.painted()).toMatch(inverseLine);
    expect(screen.frame()).toMatch(/Content2-v1 +no /);
    screen.press("enter");
    const frame = await screen.until("1/2 file sets");
    expect(frame).toContain("PENDING");
    screen.press("down", "space");
    expect(await screen.until("1 marked")).toMatch(/\n \* /);
    expect(screen.painted()).toMatch(inverseLine);
    screen.fake.fileStore.filesAnswer = () =>
      new AppError({ kind: "service", tried: "Listing files", answered: "no answer" });
    screen.press("enter");
    await screen.until("The files could not be listed.");
    expect(screen.painted()).not.toMatch(hue);
  },
);

test("with colours hues are there, and only as an addition", async () => {
  const screen = await withoutHues({ TERM: "xterm-256color" });
  expect(screen.painted()).toMatch(hue);
});
