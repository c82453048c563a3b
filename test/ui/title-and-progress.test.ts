import { expect, test } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import type { TitleAndProgress } from "../../source/terminal/title-and-progress.ts";
import type { Transfer } from "../../source/transfer/engine.ts";
import { endMessage, followTitleAndProgress, titleOf } from "../../source/ui/title-and-progress.ts";
import { fakeProgram, goTo, queued } from "../support/fakes/program.ts";

function listening() {
  const said: string[] = [];
  const signals: TitleAndProgress = {
    title: (text) => said.push(`title ${text}`),
    taskbar: (share) => said.push(`taskbar ${share}`),
    notify: (text, way) => said.push(`${way} ${text}`),
    giveBack: () => {},
    takeAgain: () => {},
  };
  return { said, signals };
}

test("the title has the path, and the share while downloads run", async () => {
  const fake = fakeProgram();
  await goTo(fake, "packages");
  expect(titleOf(fake.state())).toBe("bulk-ESG › Packages – cfs");
  fake.press("enter");
  fake.transfers.add([
    { directory: "/downloads", file: { fileId: "1", fileSetId: "2", name: "a", bytes: 100 } },
  ]);
  fake.transfers.change("t1", { state: "running", bytesDone: 41 });
  expect(titleOf(fake.state())).toMatch(/^41% bulk-ESG › /);
});

test("the end of downloads that took over 30 seconds is notified as the settings say", async () => {
  let nowMs = 1_000;
  const fake = fakeProgram({}, { nowMs: () => nowMs });
  await goTo(fake, "files");
  const { said, signals } = listening();
  const unfollow = followTitleAndProgress(fake.program, signals);
  const told = () => said.filter((text) => text.startsWith("auto"));
  const error = new AppError({ kind: "disk", tried: "Writing", answered: "the disk is full" });
  const run = (id: string, end: Partial<Transfer>) => {
    fake.transfers.change(id, { state: "running" });
    nowMs += 31_000;
    fake.transfers.change(id, { state: "verifying" });
    fake.transfers.change(id, end);
  };
  fake.press("d");
  await queued(fake);
  run("t1", { state: "saved", bytesTotal: 5_000_000 });
  expect(told()).toEqual(["auto cfs: Saved 1 file, 5.0 MB, in /downloads."]);
  fake.press("j", "space", "space", "d");
  await fake.until(({ transfers }) => transfers.transfers.length === 3);
  fake.transfers.change("t2", { state: "failed", error });
  run("t3", { state: "saved", bytesTotal: 7_000_000 });
  expect(told()[1]).toBe("auto cfs: Saved 1 file, 7.0 MB, in /downloads. 1 download failed.");
  fake.transfers.retry("t2");
  run("t2", { state: "saved", bytesTotal: 6_000_000 });
  expect(told()[2]).toBe("auto cfs: Saved 1 file, 6.0 MB, in /downloads.");
  unfollow();
});

test("no notification within 30 seconds, without a saved file, a second time, or after a pause", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  const rates = { newestAt: 0, values: [] };
  const over = { sinceMs: 0, seconds: 31, earlierSeconds: 0, isOver: true, before: [], rates };
  const before = { ...fake.state(), activity: { ...over, isOver: false } };
  expect(endMessage(before, { ...fake.state(), activity: over })).toBeUndefined();
  fake.press("d");
  await queued(fake);
  fake.transfers.change("t1", { state: "saved", bytesTotal: 1_000_000 });
  const now = fake.state();
  expect(endMessage(before, { ...now, activity: over })).toContain("Saved 1 file");
  expect(endMessage(before, { ...now, activity: { ...over, seconds: 30 } })).toBeUndefined();
  expect(endMessage(now, { ...now, activity: over })).toBeUndefined();
  fake.transfers.change("t1", { state: "paused" });
  expect(endMessage(before, { ...fake.state(), activity: over })).toBeUndefined();
});
