import stringWidth from "string-width";
import { expect, test } from "vitest";
import { sanitize } from "../../source/domain/sanitize.ts";
import { hostileNames } from "../../source/sandbox/catalogue/hostile-names.ts";
import { someFile, someFileSet, somePackage } from "../support/fakes/listings.ts";
import { throughScreens } from "../support/terminal/every-screen.tsx";
import type { ProgramScreen } from "../support/terminal/render-program.tsx";

const names = [
  ...hostileNames,
  "x".repeat(10_000),
  `a${"\u0301".repeat(9_000)}`,
  "字".repeat(5_000),
];
const columns = 100;

/** What a frame may have beside text: line ends, and the attributes and hues of the theme. */
const ownCodes = /\n|\u001b\[[0-9;]*m/g;
const steers = /[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/;

function look(screen: ProgramScreen, name: string): void {
  expect(screen.painted().replace(ownCodes, ""), name).not.toMatch(steers);
  const lines = screen.lines();
  expect(lines.length, name).toBeLessThanOrEqual(30);
  for (const line of lines) expect(stringWidth(line), name).toBeLessThanOrEqual(columns);
}

test("names that steer, reorder or never end change nothing but their own cells, on any screen", async () => {
  await throughScreens(
    {
      columns,
      prepare: ({ fileStore }) => {
        // As the replies leave the api: it takes out what steers a terminal.
        const clean = names.map(sanitize);
        fileStore.packagesAnswer = () =>
          clean.map((packageName, index) => somePackage(index + 1, { packageName }));
        fileStore.fileSetsAnswer = () =>
          clean.map((name, index) =>
            someFileSet(index + 1, { name, attributes: [{ name, value: name }] }),
          );
        fileStore.filesAnswer = () =>
          clean.map((filename, index) => someFile(index + 1, { filename }));
      },
    },
    look,
  );
});

test("the columns behind such names stay straight", async () => {
  let looks = 0;
  await throughScreens(
    {
      columns,
      prepare: ({ fileStore }) => {
        fileStore.packagesAnswer = () =>
          names.map((name, index) => somePackage(index + 1, { packageName: sanitize(name) }));
      },
    },
    (screen, name) => {
      if (name !== "packages") return;
      looks += 1;
      const rows = screen.lines().filter((line) => / yes +bulk /.test(line));
      const starts = rows.map((line) => stringWidth(line.slice(0, line.lastIndexOf("yes"))));
      expect(rows.length).toBeGreaterThan(20);
      expect(new Set(starts).size).toBe(1);
    },
  );
  expect(looks).toBeGreaterThan(0);
});
