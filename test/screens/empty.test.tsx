import { expect, test } from "vitest";
import { someFileSet, somePackage } from "../support/fakes/listings.ts";
import type { FakeProgram } from "../support/fakes/program.ts";
import { renderProgram } from "../support/terminal/render-program.tsx";

interface Empty {
  /** Each press is followed by what shows that it arrived. */
  way: readonly (readonly [keys: readonly string[], seen: string])[];
  why: string;
  /** Which key helps, in the words of the screen. */
  help: string;
  prepare?: (fake: FakeProgram) => void;
}

const toPackages = [[..."bulk-esg", "enter"], "packages"] as const;
const toFileSets = [["enter"], "file sets"] as const;

const screens: Readonly<Record<string, Empty>> = {
  "the list of buckets": {
    way: [[[..."zzz"], "zzz"]],
    why: "No known bucket matches.",
    help: "Enter asks the service.",
  },
  "a bucket": {
    way: [[[..."bulk-none", "enter"], "bulk-none"]],
    why: 'Bucket "bulk-none" has no packages for this account.',
    help: "choose a bucket with ↓",
    prepare: ({ fileStore }) => (fileStore.packagesAnswer = () => []),
  },
  packages: {
    way: [toPackages, [["r"], "Packages"]],
    why: "The service lists no package in bucket bulk-ESG for this account.",
    help: "r refreshes. Esc goes back.",
    prepare: ({ fileStore }) => {
      let asked = 0;
      fileStore.packagesAnswer = () => (asked++ === 0 ? [somePackage(1)] : []);
    },
  },
  "file sets": {
    way: [toPackages, [["enter"], "File sets"]],
    why: "Bulk-ESG-Global-Content1-v1 has no file set at this time.",
    help: "r refreshes. Esc goes back.",
    prepare: ({ fileStore }) => (fileStore.fileSetsAnswer = () => []),
  },
  files: {
    way: [toPackages, toFileSets, [["enter"], "Files"]],
    why: "This file set has no files.",
    help: "r refreshes. Esc goes back.",
    prepare: ({ fileStore }) => (fileStore.filesAnswer = () => []),
  },
  "files of a set that is PENDING": {
    way: [toPackages, toFileSets, [["enter"], "Files"]],
    why: "PENDING: its publisher has not added any file yet.",
    help: "r refreshes. Esc goes back.",
    prepare: ({ fileStore }) => {
      fileStore.fileSetsAnswer = () => [someFileSet(1, { status: "PENDING" })];
      fileStore.filesAnswer = () => [];
    },
  },
  "a filter": {
    way: [toPackages, toFileSets, [["/", ..."qqq"], "/qqq"]],
    why: '"qqq" matches none of 9 file sets.',
    help: "Esc ends the filter.",
  },
  "a preview": {
    way: [toPackages, toFileSets, [["enter"], "files"], [["p"], "Preview"]],
    why: "This file is empty.",
    help: "Esc goes back.",
    prepare: ({ objects }) => objects.objects.set("4000-ffff-1", Buffer.alloc(0)),
  },
  downloads: {
    way: [toPackages, [["t"], "Downloads"]],
    why: "No downloads yet.",
    help: "d on a file or a file set starts one. Esc goes back.",
  },
  messages: {
    way: [toPackages, [["e"], "Messages"]],
    why: "there are no messages yet",
    help: "? help",
  },
  "the filter of the help": {
    way: [[["?", "/", ..."qqq"], "/ qqq"]],
    why: "No key matches.",
    help: "Esc shows all.",
  },
  commands: {
    way: [[[":", ..."qzqz"], ": qzqz"]],
    why: "No command matches.",
    help: "^U clears the text; Esc closes.",
  },
};

test.each(Object.entries(screens))(
  "where %s has nothing it says why, and which key helps",
  async (_, { help, prepare, way, why }) => {
    const screen = renderProgram(prepare ? { prepare } : {});
    await screen.until("Known buckets");
    for (const [keys, seen] of way) {
      screen.press(...keys);
      await screen.until(seen);
    }
    const frame = await screen.until(why);
    expect(frame).toContain(help);
  },
);

test("Enter says so if nothing is left to choose", async () => {
  const screen = renderProgram();
  await screen.until("Known buckets");
  screen.press(":", ..."qzqz", "enter");
  await screen.until("Run: no command matches.");
  screen.press("escape", "?", "/", ..."qqq", "enter");
  await screen.until("Run: no key matches.");
});
