import { describe, expect } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import type { Transfer } from "../../source/transfer/engine.ts";
import { several, someFile, someFileSet, somePackage } from "../support/fakes/listings.ts";
import { type FakeProgram, isListedAt } from "../support/fakes/program.ts";
import { recordWalk, type WalkStep } from "../support/terminal/record-walk.ts";
import { type ProgramScreen, renderProgram } from "../support/terminal/render-program.tsx";
import { test as base } from "../support/test.ts";

const second = 1_000;

const packageNames = [
  "Bulk-ESG-Global-Raw-Full-SchemeB-v1",
  "Bulk-ESG-Global-Raw-Sustainable-Standard-v2",
  "Bulk-ESG-Global-Scores-Full-SchemeA-v1",
];
const parts = ["Env", "Gov", "Social"];
const date = "2026-11-22T16:11:18.777Z";

/** A bucket as a bulk feed has it: packages with file sets of some parts, and files of many sizes. */
function fill({ fileStore }: FakeProgram, fileCount: number): void {
  fileStore.packagesAnswer = () =>
    packageNames.map((packageName, at) => somePackage(at + 1, { packageName }));
  fileStore.fileSetsAnswer = () =>
    several(6, (number) => {
      const format = number % 2 === 1 ? "Csv" : "Jsonl";
      const series = `${packageNames[0]}-${parts[Math.floor((number - 1) / 2)]}-${format}`;
      return someFileSet(number, {
        name: `${series}-Init-${date}`,
        numFiles: fileCount,
        contentTo: "2026-11-22T16:05:00Z",
        availableFrom: "2026-11-22T16:21:26Z",
        availableTo: "2026-12-06T16:21:26Z",
        created: date,
        modified: date,
      });
    });
  fileStore.filesAnswer = () =>
    several(fileCount, (number) =>
      someFile(number, {
        filename: `${packageNames[0]}-Env-Csv-Init-${date}-part${String(number).padStart(3, "0")}.csv.gz`,
        filesetId: "4000-aaaa-1",
        fileSizeInBytes: 400_000 + ((number * 7919) % 200_000),
        created: date,
        modified: date,
      }),
    );
}

/** Leads to the files of the first file set. */
async function toFiles(screen: ProgramScreen): Promise<void> {
  await screen.fake.until(isListedAt("packages"));
  screen.press("enter");
  await screen.fake.until(isListedAt("file-sets"));
  screen.press("enter");
  await screen.fake.until(isListedAt("files"));
}

function changeAll(
  { transfers }: FakeProgram,
  change: (one: Transfer, at: number) => Partial<Transfer>,
): void {
  const all = transfers.snapshot().transfers;
  transfers.changeTogether(new Map(all.map((one, at) => [one.id, change(one, at)])));
}

const saved = ({ directory, file }: Transfer): Partial<Transfer> => ({
  state: "saved",
  bytesDone: file.bytes,
  bytesPerSecond: 0,
  secondsLeft: undefined,
  path: `${directory}/${file.name.replaceAll(":", "_")}`,
  verifiedBy: "md5",
});

const runningAt = (share: number) => (one: Transfer) => ({
  state: "running" as const,
  bytesDone: Math.round((one.file.bytes ?? 0) * share),
  bytesPerSecond: 250_000,
  secondsLeft: 1,
});

const test = base
  .extend("time", () => ({ nowMs: Date.parse("2026-11-26T12:00:00Z") }))
  .extend("fileCount", 1)
  .extend("open", ({ fileCount, time }) => {
    return ({
      signedIn = true,
      prepare,
    }: {
      signedIn?: boolean;
      prepare?: (fake: FakeProgram) => void;
    } = {}) =>
      renderProgram({
        bucket: signedIn ? "bulk-ESG" : undefined,
        blocks: "unicode",
        services: { nowMs: () => time.nowMs },
        prepare: (fake) => {
          fill(fake, fileCount);
          if (!signedIn) fake.auth.kept = undefined;
          prepare?.(fake);
        },
      });
  });

const account = "GE-A-01234567-8-9012";

test("a first start looks as recorded at every size", async ({ open }) => {
  const steps: readonly WalkStep[] = [
    { name: "the sign-in form", seen: "User name" },
    {
      name: "the form filled in",
      keys: [...`${account}\rsecret\rkey`],
      seen: "› App key       key",
    },
    { name: "the buckets", keys: ["enter"], seen: "Known buckets" },
    { name: "a bucket while it is typed", keys: [..."bulk-e"], seen: "Enter opens bulk-ESG" },
    { name: "its packages", keys: ["enter"], seen: "1/3 packages" },
    { name: "the file sets of the first", keys: ["enter"], seen: "1/6 file sets" },
  ];
  const walk = await recordWalk(open({ signedIn: false }), steps);
  await expect(walk).toMatchFileSnapshot("walks/first-start.txt");
});

test("a refused sign-in looks as recorded at every size", async ({ open }) => {
  const screen = open({
    signedIn: false,
    prepare: ({ auth }) =>
      auth.answers.push(
        new AppError({
          kind: "sign-in",
          tried: "Signing in",
          answered: "Invalid username or password.",
          reason: "wrong-credentials",
        }),
      ),
  });
  const steps: readonly WalkStep[] = [
    {
      name: "the refused sign-in",
      keys: [...`${account}\rsecret\rkey\r`],
      seen: "Invalid username or password.",
    },
    { name: "the password typed again", keys: [..."better"], seen: "••••••" },
    { name: "signed in", keys: ["enter", "enter"], seen: "Known buckets" },
  ];
  await expect(await recordWalk(screen, steps)).toMatchFileSnapshot("walks/sign-in-refused.txt");
});

test("one download looks as recorded at every size", async ({ open, time }) => {
  const steps: readonly WalkStep[] = [
    { name: "the file", change: toFiles, seen: /1\/1 files?/ },
    { name: "the queued download", keys: ["d"], seen: "Downloading 1 file" },
    {
      name: "the running download",
      keys: ["t"],
      change: ({ fake }) => {
        time.nowMs += second;
        changeAll(fake, runningAt(0.5));
      },
      seen: "250 kB/s",
    },
    {
      name: "the saved file",
      change: ({ fake }) => {
        time.nowMs += second;
        changeAll(fake, saved);
      },
      seen: "Saved 1 file",
    },
  ];
  const walk = await recordWalk(open(), steps);
  await expect(walk).toMatchFileSnapshot("walks/one-download.txt");
});

describe("115 files", () => {
  test.override("fileCount", 115);

  test("115 downloads look as recorded at every size", async ({ open, time }) => {
    const steps: readonly WalkStep[] = [
      { name: "the marked files", change: toFiles, keys: ["a"], seen: "115 marked" },
      { name: "the question", keys: ["d"], seen: "Download 115 files" },
      { name: "the queued downloads", keys: ["enter"], seen: "Downloading 115 files" },
      {
        name: "the running downloads",
        keys: ["t"],
        change: ({ fake }) => {
          time.nowMs += 10 * second;
          changeAll(fake, (one, at) => {
            if (at < 40) return saved(one);
            return at < 48 ? runningAt((at - 39) / 10)(one) : {};
          });
        },
        seen: "40/115",
      },
      {
        name: "the saved files",
        change: ({ fake }) => {
          time.nowMs += 20 * second;
          changeAll(fake, saved);
        },
        seen: "115/115",
      },
    ];
    const walk = await recordWalk(open(), steps);
    await expect(walk).toMatchFileSnapshot("walks/many-downloads.txt");
  });
});

describe("more files than the disk has space for", () => {
  test.override("fileCount", 4);

  test("a full disk looks as recorded at every size", async ({ open }) => {
    const screen = open({
      prepare: ({ disk, folders }) => {
        disk.freeBytes = 1_000_000;
        folders.add("/elsewhere");
      },
    });
    const steps: readonly WalkStep[] = [
      { name: "the question", change: toFiles, keys: ["a", "d"], seen: "Not enough disk space" },
      { name: "the downloads", keys: ["down", "enter"], seen: "Downloading 4 files" },
      {
        name: "the full disk",
        keys: ["t"],
        change: ({ fake }) =>
          changeAll(fake, (one, at) =>
            at < 2
              ? saved(one)
              : {
                  state: "failed",
                  error: new AppError({
                    kind: "disk",
                    tried: `Fetching ${one.file.name}`,
                    answered: "not enough disk space: 422 kB needed, 150 kB free",
                    advice: "Free some space or choose another folder.",
                    reason: "no-space",
                    isOfFolder: true,
                  }),
                },
          ),
        seen: "2 failed",
      },
      {
        name: "another folder",
        keys: ["o", "ctrl-u", ..."/elsewhere"],
        seen: "/elsewhere",
      },
      { name: "the downloads in that folder", keys: ["enter"], seen: "2 downloads move there" },
    ];
    await expect(await recordWalk(screen, steps)).toMatchFileSnapshot("walks/disk-full.txt");
  });
});
