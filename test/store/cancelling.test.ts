import { expect } from "vitest";
import { cancelQuestion } from "../../source/store/selectors/download-choices.ts";
import { type FakeProgram, fakeProgram, goTo, queued } from "../support/fakes/program.ts";
import { test as base } from "../support/test.ts";

/** Downloads with four running files, on their screen. */
const test = base.extend("fake", async (): Promise<FakeProgram> => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press("a", "d");
  await queued(fake);
  fake.press("t");
  for (const id of ["t1", "t2", "t3", "t4"]) {
    fake.transfers.change(id, { state: "running", bytesDone: 20_000_000 });
  }
  return fake;
});

test("x cancels one download with little on disk, and u restores it", ({ fake }) => {
  fake.press("j", "x");
  expect(fake.transfers.calls).toEqual(["cancel t2"]);
  expect(fake.state().notice?.text).toMatch(
    /^Cancelled \S*…\S*part2\.\S*\. u restores within a minute\.$/,
  );
  // One line on a screen of 80 columns.
  expect(fake.state().notice?.text.length).toBeLessThanOrEqual(76);
  fake.press("u");
  expect(fake.transfers.calls).toEqual(["cancel t2", "restore t2"]);
  expect(fake.state().notice?.text).toMatch(/^Restored /);
});

test("u restores what was cancelled last, wherever the cursor is", ({ fake }) => {
  fake.press("x");
  fake.press("G", "u");
  expect(fake.transfers.calls).toEqual(["cancel t1", "restore t1"]);
});

test("x on several downloads asks, and Enter cancels them", ({ fake }) => {
  fake.press("a", "x");
  expect(fake.transfers.calls).toEqual([]);
  expect(cancelQuestion(fake.state())).toBe("Cancel 4 downloads? 80 MB on disk.");
  fake.press("enter");
  expect(fake.transfers.calls).toEqual(["cancel t1", "cancel t2", "cancel t3", "cancel t4"]);
  expect(fake.state().notice?.text).toBe("Cancelled 4 downloads. u restores within a minute.");
  fake.press("A", "u");
  expect(fake.transfers.calls.slice(4)).toEqual([
    "restore t1",
    "restore t2",
    "restore t3",
    "restore t4",
  ]);
});

test("x in its own question cancels nothing, and says how to leave it", ({ fake }) => {
  fake.press("a", "x", "x");
  expect(fake.transfers.calls).toEqual([]);
  expect(fake.state().notice?.text).toBe("Cancel: close this first (Esc).");
});

test("x on more than 100 MB asks, and Esc and the second choice keep them", ({ fake }) => {
  fake.transfers.change("t1", { state: "verifying", bytesDone: 249_000_000 });
  fake.press("x");
  expect(cancelQuestion(fake.state())).toMatch(/^Cancel .*\? 249 MB on disk\.$/);
  fake.press("escape");
  expect(fake.state().overlay).toBeUndefined();
  fake.press("x", "j", "enter");
  expect(fake.state().overlay).toBeUndefined();
  expect(fake.transfers.calls).toEqual([]);
});

test("what ends during the question is not cancelled", ({ fake }) => {
  fake.press("a", "x");
  fake.transfers.change("t1", { state: "saved" });
  expect(cancelQuestion(fake.state())).toBe("Cancel 3 downloads? 60 MB on disk.");
  fake.press("enter");
  expect(fake.transfers.calls).toEqual(["cancel t2", "cancel t3", "cancel t4"]);
});

test("a failed download can be cancelled, a saved one cannot", ({ fake }) => {
  fake.transfers.change("t1", { state: "failed" });
  fake.transfers.change("t2", { state: "saved" });
  fake.press("x", "j", "j", "x");
  expect(fake.transfers.calls).toEqual(["cancel t1"]);
  expect(fake.state().notice?.text).toBe("Cancel: this download is saved.");
});

test("u after the minute says what downloads the file again", ({ fake }) => {
  fake.press("x");
  fake.transfers.change("t1", { cancelledAtMs: undefined });
  fake.press("u");
  expect(fake.transfers.calls).toEqual(["cancel t1"]);
  expect(fake.state().notice?.text).toBe(
    "Restore: the partial file is removed; R downloads it again.",
  );
});

test("u clears the marks while nothing is cancelled", ({ fake }) => {
  fake.press("a", "u");
  expect(fake.state().views["downloads"]?.marks.size).toBe(0);
});

test("the notice of a cancelled download leaves out what repeats, its package and the time", async () => {
  const fake = fakeProgram();
  await goTo(fake, "packages");
  const packageName = "Bulk-ESG-Global-Raw-Full-SchemeB-v1";
  const name = `${packageName}-Env-Init-2026-11-22T16:11:18.777Z-part0.csv.gz`;
  const file = { fileId: "1", fileSetId: "2", packageName, name, bytes: 50 };
  fake.transfers.add([{ file, directory: "/downloads" }]);
  fake.press("t", "x");
  expect(fake.state().notice?.text).toBe(
    "Cancelled Env-Init-2026-11-22…-part0.csv.gz. u restores within a minute.",
  );
});
