import { expect, test } from "vitest";
import type { Signals } from "../../source/terminal/signals.ts";
import { endMessage, followSignals, titleOf } from "../../source/ui/follow-signals.ts";
import { fakeProgram, goTo, queued } from "../fakes/program.ts";

function listening() {
  const said: string[] = [];
  const signals: Signals = {
    title: (text) => said.push(`title ${text}`),
    taskbar: (share) => said.push(`taskbar ${share}`),
    mouse: (on) => said.push(`mouse ${on}`),
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

test("the end of downloads is told after more than 30 seconds, by the way that is set", async () => {
  let nowMs = 1_000;
  const fake = fakeProgram({}, { nowMs: () => nowMs });
  await goTo(fake, "files");
  const { said, signals } = listening();
  const unfollow = followSignals(fake.program, signals);
  fake.press("d");
  await queued(fake);
  fake.transfers.change("t1", { state: "running" });
  nowMs += 31_000;
  fake.transfers.change("t1", { state: "verifying" });
  fake.transfers.change("t1", { state: "saved" });
  expect(said.filter((text) => text.startsWith("auto"))).toEqual(["auto cfs: 1 file downloaded"]);
  unfollow();
});

test("nobody is called after a short wait, for a pause, or with notifications off", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  const now = fake.state();
  const over = { sinceMs: 0, seconds: 31, isOver: true };
  const before = { ...now, activity: { ...over, isOver: false } };
  expect(endMessage(before, { ...now, activity: over })).toBe("cfs: 0 files downloaded");
  expect(endMessage(before, { ...now, activity: { ...over, seconds: 30 } })).toBeUndefined();
  expect(endMessage(now, { ...now, activity: over })).toBeUndefined();
  fake.press("d");
  await queued(fake);
  fake.transfers.change("t1", { state: "paused" });
  expect(endMessage(before, { ...fake.state(), activity: over })).toBeUndefined();
});
