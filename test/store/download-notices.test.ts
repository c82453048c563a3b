import { expect, test } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import type { Transfer } from "../../source/transfer/engine.ts";
import { fakeProgram, goTo, queued } from "../support/fakes/program.ts";

const full = new AppError({ kind: "disk", tried: "Writing part1", answered: "the disk is full" });

test("what was saved and what failed is reported on every screen", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press("space", "space", "d");
  await queued(fake);
  fake.transfers.change("t1", { state: "failed", error: full });
  expect(fake.state().notice).toMatchObject({ level: "error" });
  expect(fake.state().notice?.text).toContain("the disk is full");
  fake.transfers.change("t2", { state: "running" });
  fake.transfers.change("t2", { state: "saved", bytesTotal: 93_000_002 });
  expect(fake.state().notice?.text).toBe("Saved 1 file, 93 MB, in /downloads.");
});

test("every download that fails is in the messages, also of several at one moment", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press("space", "space", "d");
  await queued(fake);
  const failed = (answered: string): Partial<Transfer> => ({
    state: "failed",
    error: new AppError({ kind: "disk", tried: "Writing", answered }),
  });
  fake.transfers.changeTogether(
    new Map([
      ["t1", failed("the disk is full")],
      ["t2", failed("permission was denied")],
    ]),
  );
  const errors = fake.state().messages.filter(({ level }) => level === "error");
  expect(errors.map(({ text }) => text)).toEqual([
    "Writing: the disk is full.",
    "Writing: permission was denied. t shows downloads; R there retries.",
  ]);
  expect(fake.state().unreadErrors).toBe(2);
});

test.each([
  { answered: "the disk is full", reason: "no-space", isOfFolder: true },
  { answered: "permission was denied", errno: "EACCES", isOfFolder: true },
] as const)("$answered is in the messages once, until downloads start again", async (facts) => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press("a", "d");
  await queued(fake);
  const error = new AppError({ kind: "disk", tried: "Saving part1", ...facts });
  const count = () => fake.state().messages.filter(({ level }) => level === "error").length;
  const ids = ["t1", "t2", "t3", "t4"];
  for (const id of ids) fake.transfers.change(id, { state: "failed", error });
  expect(count()).toBe(1);
  fake.transfers.change("t1", { state: "running", error: undefined });
  fake.transfers.change("t1", { state: "failed", error });
  expect(count()).toBe(2);
});

test("on Downloads no notice says how to get there", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press("d", "t");
  await queued(fake);
  await fake.until(({ notice }) => notice?.text === "Downloading 1 file (93 MB) to /downloads.");
  const error = new AppError({ kind: "service", tried: "Fetching", answered: "refused" });
  fake.transfers.change("t1", { state: "failed", error });
  expect(fake.state().notice?.text).toBe("Fetching: refused. R retries.");
});

test("a failure leaves the package out of the file's name, so that its reason has room", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  const packageName = "Bulk-ESG-Global-Raw-Full-SchemeB-v1";
  const name = `${packageName}-Env-Init-part0.csv.gz`;
  const file = { fileId: "1", fileSetId: "2", packageName, name };
  fake.transfers.add([{ file, directory: "/downloads" }]);
  const tried = `Fetching ${name}`;
  const error = new AppError({ kind: "service", tried, answered: "refused" });
  fake.transfers.change("t1", { state: "failed", error });
  expect(fake.state().notice?.text).toBe(
    "Fetching Env-Init-part0.csv.gz: refused. t shows downloads; R there retries.",
  );
});

test("the notice about saved files names several folders", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press("space", "space", "d");
  await queued(fake);
  fake.transfers.change("t1", { state: "saved", bytesTotal: 5_000_000, directory: "/downloads/a" });
  fake.transfers.change("t2", { state: "saved", bytesTotal: 4_000_000, directory: "/downloads/b" });
  expect(fake.state().notice?.text).toBe("Saved 2 files, 9.0 MB, in /downloads (2 folders).");
});

test("files that existed are not reported as saved", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press("space", "space", "d");
  await queued(fake);
  fake.transfers.change("t1", { state: "saved", bytesTotal: 5_000_000 });
  fake.transfers.change("t2", { state: "skipped" });
  expect(fake.state().notice?.text).toBe(
    "Saved 1 file, 5.0 MB; 1 file already up to date, in /downloads.",
  );
});

test("a file that was saved before and is downloaded again counts too", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press("space", "space", "d");
  await queued(fake);
  for (const id of ["t1", "t2"]) fake.transfers.change(id, { state: "saved" });
  for (const id of ["t1", "t2"]) fake.transfers.change(id, { state: "queued" });
  for (const id of ["t1", "t2"]) fake.transfers.change(id, { state: "skipped" });
  expect(fake.state().notice?.text).toBe("2 files already up to date, in /downloads.");
});

test("the time that downloads took begins again once the list is empty", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press("d");
  await queued(fake);
  fake.transfers.change("t1", { state: "saved" });
  expect(fake.state().activity).toBeDefined();
  fake.press("t", "c");
  expect(fake.state().activity).toBeUndefined();
});

test("each notice counts what was saved since the last one, and none appears if the last download was paused or cancelled", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press("d");
  await queued(fake);
  fake.transfers.change("t1", { state: "running" });
  fake.transfers.change("t1", { state: "saved", bytesTotal: 5_000_000 });
  expect(fake.state().notice?.text).toBe("Saved 1 file, 5.0 MB, in /downloads.");
  fake.press("j", "space", "space", "d");
  await fake.until(({ transfers }) => transfers.transfers.length === 3);
  fake.transfers.change("t2", { state: "running" });
  fake.press("t", "v", "j");
  const told = () => fake.state().messages.filter(({ text }) => text.startsWith("Saved"));
  fake.press("space");
  expect(fake.state().activity?.isOver).toBe(true);
  expect(told()).toHaveLength(1);
  fake.press("space");
  fake.transfers.change("t2", { state: "saved", bytesTotal: 7_000_000 });
  expect(fake.state().activity?.isOver).toBe(false);
  fake.press("A", "x");
  expect(fake.transfers.calls.at(-1)).toBe("cancel t3");
  expect(fake.state().activity?.isOver).toBe(true);
  expect(told()).toHaveLength(1);
  fake.press("G", "R");
  fake.transfers.change("t3", { state: "saved", bytesTotal: 8_000_000 });
  expect(fake.state().notice?.text).toBe("Saved 1 file, 8.0 MB, in /downloads.");
});

test("the total time continues from where it stopped until the last download ends", async () => {
  let nowMs = 0;
  const fake = fakeProgram({}, { nowMs: () => nowMs });
  await goTo(fake, "files");
  fake.press("d");
  await queued(fake);
  nowMs += 20_000;
  fake.press("t", "space");
  expect(fake.state().activity).toMatchObject({ seconds: 20, earlierSeconds: 0, isOver: true });
  nowMs += 60_000;
  fake.press("space");
  nowMs += 5_000;
  fake.transfers.change("t1", { state: "saved" });
  expect(fake.state().activity).toMatchObject({ seconds: 5, earlierSeconds: 20, isOver: true });
});
