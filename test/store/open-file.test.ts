import { expect } from "vitest";
import { choicesOf } from "../../source/store/selectors/choices.ts";
import { breadcrumbsOf } from "../../source/ui/frame/header.ts";
import { fakeProgram, goTo, isAt, queued } from "../support/fakes/program.ts";
import { test as base } from "../support/test.ts";
import { waitUntil } from "../support/wait-until.ts";

const name = "part1.csv.gz";
const path = `/downloads/set/${name}`;

/** A finished download under the cursor, and what it was opened with. */
const test = base.extend("setting", async () => {
  const opened: string[] = [];
  const open = (what: string) => async (at: string) => {
    opened.push(`${what} ${at}`);
    return undefined;
  };
  const fake = fakeProgram({}, { page: open("page"), openShell: open("shell") });
  await goTo(fake, "files");
  fake.press("d");
  await queued(fake);
  fake.press("t");
  fake.transfers.change("t1", { state: "saved", path });
  return { fake, opened };
});

test("Enter opens a finished file in the pager, or a shell in its folder", async ({ setting }) => {
  const { fake, opened } = setting;
  fake.onDisk.set(name, 5);
  fake.press("enter", "j", "enter");
  await fake.until(({ overlay }) => overlay === undefined);
  await waitUntil(() => opened.length === 1);
  expect(opened).toEqual([`page ${path}`]);
  fake.press("enter", "j", "j", "enter");
  await waitUntil(() => opened.length === 2);
  expect(opened[1]).toBe("shell /downloads/set");
});

test("the first choice previews the file from disk", async ({ setting: { fake } }) => {
  fake.onDisk.set(name, 5);
  fake.press("enter", "enter");
  await fake.until(isAt("preview"));
  expect(breadcrumbsOf(fake.state())).toEqual(["Downloads", name, "Preview"]);
  await fake.until(() => fake.objects.paths.length > 0);
  expect(fake.objects.paths).toEqual([path]);
  fake.press("escape");
  expect(isAt("downloads")(fake.state())).toBe(true);
});

test("Esc leaves the choices", ({ setting: { fake } }) => {
  fake.press("enter");
  expect(fake.state().overlay?.kind).toBe("open-file");
  fake.press("escape");
  expect(fake.state().overlay).toBeUndefined();
});

test("a file that was moved away is a warning", async ({ setting }) => {
  const { fake, opened } = setting;
  fake.press("enter", "enter");
  await fake.until(({ notice }) => notice?.level === "warning");
  expect(fake.state().notice?.text).toBe(`${name} is no longer in /downloads/set.`);
  expect(opened).toEqual([]);
});

test("details are a choice, and the only thing that Enter shows of an unfinished file", ({
  setting: { fake },
}) => {
  fake.press("enter", "G", "enter");
  expect(fake.state().overlay?.kind).toBe("details");
  fake.press("escape");
  fake.transfers.change("t1", { state: "failed" });
  fake.press("enter");
  expect(fake.state().overlay?.kind).toBe("details");
});

test("a zip is not offered to the pager", ({ setting: { fake } }) => {
  fake.transfers.change("t1", { state: "verifying" });
  fake.transfers.change("t1", { state: "saved", path: "/downloads/all.zip" });
  fake.press("enter");
  expect(choicesOf(fake.state()).map(({ id }) => id)).toEqual(["preview", "shell", "details"]);
});

test("y copies the path of a finished file, and else the id", ({ setting: { fake } }) => {
  fake.press("y");
  fake.transfers.change("t1", { state: "failed" });
  fake.press("y");
  expect(fake.copied[0]).toBe(path);
  expect(fake.copied[1]).not.toContain("/");
});
