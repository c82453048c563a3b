import { expect, test } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import { renderProgram, type ScreenOptions } from "../support/terminal/render-program.tsx";

async function atFiles(options: ScreenOptions) {
  const screen = renderProgram({ bucket: "bulk-ESG", ...options });
  await screen.until("Content2");
  screen.press("enter");
  await screen.until("File sets");
  await screen.until("Delta");
  screen.press("enter");
  await screen.until("1/4 files");
  return screen;
}

test.each([
  [60, 15],
  [80, 24],
  [120, 30],
  [200, 50],
])("at %ix%i a full disk is seen before anything is downloaded", async (columns, rows) => {
  const screen = await atFiles({ columns, rows });
  screen.fake.disk.freeBytes = 21_000_000;
  screen.press("a", "d");
  const frame = await screen.until("Not enough disk space in /downloads:");
  expect(frame.replace(/[│\s]+/g, " ")).toContain("372 MB needed for 4 files, 21 MB free.");
  for (const choice of ["Choose another folder", "Download anyway", "Cancel"]) {
    expect(frame).toContain(choice);
  }
  screen.press("escape");
  await screen.until("Nothing is downloaded.");
});

const full = new AppError({
  kind: "disk",
  tried: "Fetching part1.gz",
  answered: "not enough disk space: 119 MB needed, 21 MB free",
  advice: "Free some space or choose another folder.",
  reason: "no-space",
  isOfFolder: true,
});

const readOnly = new AppError({
  kind: "disk",
  tried: "Saving part1.gz in /downloads",
  answered: "the file system is read-only",
  advice: "Choose a folder that can be written.",
  isOfFolder: true,
  errno: "EROFS",
});

const advice = "o changes the folder and downloads it there.";

test.each([
  [60, 15, full, `! disk full. ${advice}`],
  [80, 24, full, `! disk full. ${advice}`],
  [120, 30, full, `! disk full. ${advice}`],
  [60, 15, readOnly, "! the file system is read-only. o changes the folder."],
  [80, 24, readOnly, `! the file system is read-only. ${advice}`],
  [120, 30, readOnly, `! the file system is read-only. ${advice}`],
])(
  "at %ix%i the row that failed says what to do, and so does the hint: %s",
  async (columns, rows, error, text) => {
    const screen = await atFiles({ columns, rows });
    screen.press("a", "d");
    await screen.until("Downloading 4 files");
    screen.press("t");
    await screen.until("1/4 downloads");
    for (const id of ["t1", "t2", "t3"]) {
      screen.fake.transfers.change(id, { state: "failed", error });
    }
    screen.press("g", "j");
    await screen.until(text);
    expect(screen.lines().at(-1)).toContain("o folder");
  },
);

test.each([
  ["on a full disk", full],
  ["in a read-only folder", readOnly],
])("what failed %s starts in the folder that o names, in the same row", async (_, error) => {
  const screen = await atFiles({ columns: 100 });
  screen.fake.folders.add("/elsewhere");
  screen.press("d");
  await screen.until("Downloading 1 file");
  screen.fake.transfers.change("t1", { state: "failed", error });
  await screen.until("o changes the folder and downloads it there.");
  screen.press("o", "ctrl-u");
  screen.type("/elsewhere\r");
  await screen.until("Downloads go to /elsewhere until cfs quits; 1 download moves there.");
  screen.press("d");
  await screen.until("Downloading 1 file");
  expect(screen.fake.transfers.calls).toEqual(["relocate /downloads /elsewhere"]);
  expect(screen.fake.transfers.snapshot().transfers[0]).toMatchObject({
    state: "queued",
    directory: "/elsewhere",
  });
});
