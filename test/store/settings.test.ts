import { expect, test } from "vitest";
import type { State } from "../../source/store/state/state.ts";
import { fakeProgram, goTo } from "../support/fakes/program.ts";

const isTaken = ({ notice }: State) => notice?.text.startsWith("Downloads go to") === true;

test("files go to the folder that the program was started in, or to the pinned one", () => {
  const start = { startDirectory: "/started" };
  expect(fakeProgram(start).state().directory).toBe("/started");
  const pinned = { ...start, pinnedDirectory: "/pinned" };
  expect(fakeProgram(pinned).state().directory).toBe("/pinned");
});

test("o changes the folder for this run only", async () => {
  const fake = fakeProgram();
  fake.folders.add("/elsewhere");
  await goTo(fake, "files");
  fake.press("o", "ctrl-u");
  fake.type("/elsewhere");
  fake.press("enter");
  const state = await fake.until(isTaken);
  expect(state.directory).toBe("/elsewhere");
  expect(state.notice?.text).toBe("Downloads go to /elsewhere until cfs quits.");
  expect(fake.preferences.directory).toBeUndefined();
});

test("the settings pin a folder for later starts too, and an empty one ends that", async () => {
  const fake = fakeProgram();
  fake.folders.add("/elsewhere");
  await goTo(fake, "files");
  fake.press(",", "enter", "ctrl-u");
  fake.type("/elsewhere");
  fake.press("enter");
  const state = await fake.until(isTaken);
  expect(state.notice?.text).toBe("Downloads go to /elsewhere now and at every start.");
  expect(fake.preferences.directory).toBe("/elsewhere");
  fake.press("enter", "ctrl-u", "enter");
  await fake.until(({ directory }) => directory === "/downloads");
  expect(fake.preferences.directory).toBeUndefined();
  expect(fake.state().pinnedDirectory).toBeUndefined();
});
