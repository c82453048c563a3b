import { expect, onTestFinished, test, vi } from "vitest";
import { Secret } from "../../source/base/secret.ts";
import { choicesOf } from "../../source/store/selectors/choices.ts";
import { messageLines } from "../../source/store/selectors/messages.ts";
import { currentPlace } from "../../source/store/selectors/table.ts";
import { fakeProgram, goTo, isListedAt } from "../support/fakes/program.ts";

test("a notice disappears after it could be read, an error with the next key", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const fake = fakeProgram({ noticeMs: undefined });
  const { notify } = fake.program.actions;
  const hasNotice = () => fake.state().notice !== undefined;
  notify("note", "Sorted by name, ascending.");
  vi.advanceTimersByTime(3_000);
  notify("warning", "Mark: there is no file here.");
  vi.advanceTimersByTime(3_000);
  expect(hasNotice()).toBe(true);
  vi.advanceTimersByTime(3_000);
  expect(hasNotice()).toBe(false);
  notify("error", "The disk is full.");
  vi.advanceTimersByTime(600_000);
  expect(hasNotice()).toBe(true);
  fake.press("down");
  expect(hasNotice()).toBe(false);
});

test("an error counts as unread until it is read, and every notice is kept with its time", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.program.actions.notify("error", "The disk is full.");
  fake.press("escape");
  expect(fake.state()).toMatchObject({ notice: undefined, unreadErrors: 0 });
  fake.program.actions.notify("error", "One.");
  fake.program.actions.notify("note", "Two.");
  fake.press("a");
  expect(fake.state().unreadErrors).toBe(1);
  fake.press("e");
  expect(fake.state().unreadErrors).toBe(0);
  const lines = messageLines(fake.state());
  expect(lines.map(({ level, text }) => `${level} ${text}`).slice(0, 2)).toEqual([
    "note Two.",
    "error One.",
  ]);
  expect(lines[0]?.time).toMatch(/^\d\d:\d\d:\d\d$/);
  fake.press("e");
  expect(fake.state().overlay).toBeUndefined();
});

test("1 to 4 go to the levels of the path", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  const kind = () => currentPlace(fake.state()).kind;
  fake.press("t", "4");
  expect(kind()).toBe("files");
  fake.press("2");
  expect(kind()).toBe("packages");
  fake.press("3");
  expect(fake.state().notice?.text).toBe("File sets: open a package first.");
  fake.press("1");
  expect(kind()).toBe("bucket");
});

test("Y offers name, id, path, command, and the address after a warning only", async () => {
  const fake = fakeProgram();
  fake.fileStore.fileUrl = async () => new Secret("https://objects.invalid/f?X-Amz-Signature=1");
  await goTo(fake, "files");
  fake.press("Y");
  const texts = choicesOf(fake.state()).map(({ about, title }) => `${title}: ${about}`);
  expect(texts[2]).toMatch(/^Path after download: \/downloads\/Bulk-ESG/);
  expect(texts[3]).toBe("Command: cfs get 4000-ffff-1 -o /downloads");
  fake.press("j", "enter");
  expect(fake.copied).toEqual(["4000-ffff-1"]);
  fake.press("Y", "G", "enter");
  expect(choicesOf(fake.state()).map(({ id }) => id)).toEqual(["no", "yes"]);
  fake.press("enter");
  expect(fake.copied).toHaveLength(1);
  fake.press("Y", "G", "enter", "j", "enter");
  await fake.until(({ notice }) => notice !== undefined);
  expect(fake.copied[1]).toContain("X-Amz-Signature");
  expect(fake.state().notice?.text).not.toContain("Signature");
  expect(
    fake
      .state()
      .messages.map(({ text }) => text)
      .join(),
  ).not.toContain("Signature");
});

test("a setting that is changed is kept, and counts at once", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press(",", "j", "enter", "j", "j", "j", "l", "l");
  expect(fake.state().settings).toMatchObject({ connections: 1, theme: "none" });
  expect(fake.preferences.settings).toEqual({ connections: 1, theme: "none" });
  expect(fake.state().notice?.text).toBe("Theme: none, saved.");
  fake.press("g", "enter");
  expect(fake.state().overlay?.kind).toBe("folder");
  fake.press("escape");
  expect(fake.state().overlay?.kind).toBe("settings");
});

test("the notice of a setting has its title and when it takes effect, or that the demo saves nothing", async () => {
  const told = async (demo: boolean) => {
    const fake = fakeProgram({ demo });
    await goTo(fake, "files");
    fake.press(",", "G", "enter");
    const last = fake.state().notice?.text;
    fake.press("up", "enter");
    return [last, fake.state().notice?.text];
  };
  expect(await told(false)).toEqual([
    "Screen reader: on, saved; takes effect after restart.",
    "Mouse: on, saved.",
  ]);
  expect(await told(true)).toEqual([
    "Screen reader: on; takes effect after restart, and the demo saves nothing.",
    "Mouse: on, until the demo ends.",
  ]);
});

test("a warning of the start stays until a key removes it, whatever other notices come", async () => {
  const fake = fakeProgram({ bucket: "bulk-ESG", package: "Content1" });
  fake.program.actions.notify("warning", "Settings file line 3: wrong.", { stays: true });
  await fake.program.actions.resume();
  await fake.until(isListedAt("file-sets"));
  await fake.until(({ messages }) => messages.length === 2);
  expect(fake.state().notice?.text).toBe("Settings file line 3: wrong.");
  fake.press("Z");
  expect(fake.state().notice?.text).toBe("Z does nothing here.");
  fake.program.actions.notify("note", "Something else.");
  expect(fake.state().notice?.text).toBe("Something else.");
});

test("an error takes the place of a warning of the start", async () => {
  const fake = fakeProgram();
  fake.program.actions.notify("warning", "Settings file line 3: wrong.", { stays: true });
  fake.program.actions.notify("error", "The disk is full.");
  expect(fake.state().notice?.text).toBe("The disk is full.");
});
