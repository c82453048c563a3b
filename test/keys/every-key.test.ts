import { expect, test } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import type { Command } from "../../source/keys/command.ts";
import { bindings, commandFor } from "../../source/keys/key-table.ts";
import { helpLines, targetBeneath } from "../../source/keys/overlays/help.ts";
import { registry } from "../../source/keys/registry.ts";
import { type InputTarget, inputTarget } from "../../source/store/selectors/input-target.ts";
import { currentPreview } from "../../source/store/selectors/preview.ts";
import { several, someFile, someFileSet, somePackage } from "../support/fakes/listings.ts";
import { type FakeProgram, fakeProgram, goTo, queued } from "../support/fakes/program.ts";
import { HeldPages } from "../support/fakes/service.ts";
import { waitUntil } from "../support/wait-until.ts";

interface Setting {
  fake: FakeProgram;
  /** What was asked of the world outside, so far. */
  outside: string[];
}

type Place = Parameters<typeof goTo>[1];

async function at(place: Place, ...keys: string[]): Promise<Setting> {
  const outside: string[] = [];
  const fake = fakeProgram(
    { viewport: { columns: 80, rows: 16 } },
    { suspend: () => outside.push("suspend"), redraw: () => outside.push("redraw") },
  );
  fake.fileStore.packagesAnswer = () => several(30, somePackage);
  fake.fileStore.fileSetsAnswer = () => several(30, someFileSet);
  fake.fileStore.filesAnswer = () => several(30, someFile);
  await goTo(fake, place);
  if (place !== "bucket") fake.press("pagedown", "j");
  fake.press(...keys);
  return { fake, outside };
}

async function downloading(...keys: string[]): Promise<Setting> {
  const setting = await at("files", "a", "d");
  await queued(setting.fake);
  setting.fake.transfers.change("t3", { state: "failed" });
  setting.fake.press("t", ...keys);
  return setting;
}

async function finished(...keys: string[]): Promise<Setting> {
  const setting = await downloading();
  setting.fake.transfers.change("t1", { state: "saved", path: "/downloads/part1.csv.gz" });
  setting.fake.press("G", ...keys);
  return setting;
}

async function lookingUp(): Promise<Setting> {
  const setting = await at("file-sets");
  setting.fake.fileStore.filesAnswer = () => new HeldPages<never>();
  setting.fake.press("d");
  return setting;
}

async function signingIn(phase: "form" | "resuming" | "signing-in" | "resume-failed") {
  const setting = await at("bucket");
  const { session } = setting.fake.state();
  const failure = new AppError({ kind: "service", tried: "Signing in", answered: "503" });
  const now =
    phase === "resume-failed"
      ? { phase, error: failure, form: session.form }
      : { ...session, phase };
  setting.fake.program.store.setState({ session: now, profile: "archive" });
  return setting;
}

async function asking(): Promise<Setting> {
  const setting = await signingIn("form");
  setting.fake.program.store.setState({ overlay: { kind: "take-over", by: "form" } });
  return setting;
}

async function atKind(): Promise<Setting> {
  const setting = await signingIn("form");
  const focus = () => setting.fake.state().session.form.focus;
  while (focus() !== "kind") setting.fake.press("shift-tab");
  return setting;
}

async function withMuch(): Promise<Setting> {
  const setting = await at("files");
  setting.fake.disk.freeBytes = 1;
  setting.fake.press("d");
  await setting.fake.until(({ overlay }) => overlay?.kind === "download-room");
  setting.fake.press("down");
  return setting;
}

async function withNameConflict(): Promise<Setting> {
  const setting = await at("files");
  setting.fake.onDisk.set(setting.fake.current() ?? "", 1);
  setting.fake.onDisk.set((setting.fake.current() ?? "").replaceAll(":", "_"), 1);
  setting.fake.press("d");
  await setting.fake.until(({ overlay }) => overlay?.kind === "name-conflict");
  setting.fake.press("down");
  return setting;
}

async function withUnread(): Promise<Setting> {
  const setting = await at("files");
  setting.fake.program.actions.notify("error", "The disk is full.");
  return setting;
}

/** A preview of more records, and of more columns, than there is room for. */
async function previewing(...keys: string[]): Promise<Setting> {
  const setting = await at("files");
  const row = `${"x".repeat(30)},`.repeat(9);
  const { fake } = setting;
  const body = Buffer.from(`${`${row}\n`.repeat(300)}`);
  for (const { id } of several(30, someFile)) fake.objects.objects.set(id, body);
  fake.press("p");
  await fake.until((state) => currentPreview(state)?.phase === "ready");
  fake.press(...keys);
  return setting;
}

/** Every screen and what lies over them, by what the keys go to; some in two states. */
const screens: readonly [name: string, where: InputTarget, make: () => Promise<Setting>][] = [
  ["the bucket's field", "bucket-field", () => at("bucket")],
  ["a bucket that is opening", "bucket-field", () => at("bucket", ..."zz", "enter")],
  ["the list of buckets", "bucket-menu", () => at("bucket", "down", "down", "down")],
  ["packages", "packages", () => at("packages")],
  ["file sets", "file-sets", () => at("file-sets")],
  ["file sets whose files are looked up", "file-sets", lookingUp],
  ["files", "files", () => at("files")],
  ["files with a range", "files", () => at("files", "v", "j")],
  ["files with marks", "files", () => at("files", "space", "space")],
  ["files with an unread error", "files", withUnread],
  ["a preview", "preview", () => previewing("j", "j")],
  ["columns of a preview", "preview", () => previewing("j", ">")],
  ["a record", "record", () => previewing("j", "j", "enter")],
  ["a search in a preview", "search", () => previewing("/", "x")],
  ["a preview with a search", "preview", () => previewing("/", "x", "enter")],
  ["downloads", "downloads", () => downloading("j")],
  ["a failed download", "downloads", () => downloading("g")],
  ["a cancelled download", "downloads", () => downloading("j", "x")],
  ["a question about cancelling", "cancel-downloads", () => downloading("a", "x", "down")],
  ["a finished download", "downloads", () => finished()],
  ["what opens a finished file", "open-file", () => finished("enter")],
  ["a filter", "filter", () => at("files", "/", "p", "a")],
  ["help", "help", () => at("files", "?", "j", "j")],
  ["the filter of the help", "help-filter", () => at("files", "?", "/", "m")],
  ["commands", "palette", () => at("files", ":", "down")],
  ["details", "details", () => at("file-sets", "i", "j")],
  ["messages", "notices", () => at("files", "r", "Z", "e")],
  ["the columns", "sort", () => at("files", "s", "down")],
  ["what can be copied", "copy", () => at("files", "Y", "down")],
  ["settings", "settings", () => at("files", ",", "down", "down")],
  ["a name that is taken", "name-conflict", withNameConflict],
  ["much to download", "download-room", withMuch],
  ["the rate limit", "limit-rate", () => downloading("L", "down")],
  ["a rate", "rate", () => downloading("L", "G", "enter")],
  ["the folder", "folder", () => at("files", "o")],
  ["quitting", "quit", () => downloading("q")],
  ["taking over", "take-over", asking],
  ["the sign-in", "sign-in", () => signingIn("form")],
  ["the kind of sign-in", "sign-in-kind", atKind],
  ["signing in", "signing-in", () => signingIn("signing-in")],
  ["resuming", "resuming", () => signingIn("resuming")],
  ["a failed resume", "resume-failed", () => signingIn("resume-failed")],
];

const allKeys = [...new Set(bindings.flatMap(({ keys }) => keys))];
const pressed = new Set<string>();

/** What a person could see of it, or what was done outside. */
function seen({ fake, outside }: Setting) {
  const { calls } = fake.transfers;
  return [fake.state(), outside.length, fake.copied.length, fake.left.length, calls.length];
}

const changed = (before: unknown[], setting: Setting) =>
  seen(setting).some((part, index) => part !== before[index]);

test.each(screens)("every key on %s does something, or says why not", async (_, where, make) => {
  for (const key of allKeys) {
    const setting = await make();
    expect(inputTarget(setting.fake.state())).toBe(where);
    const command = commandFor(setting.fake.state(), key);
    const before = seen(setting);
    setting.fake.press(key);
    if (command) pressed.add(command.id);
    if (command?.group === "Move") continue;
    await waitUntil(() => changed(before, setting), key);
  }
});

test("that was every command that has a key", () => {
  const ids = bindings.filter(({ keys }) => keys.length > 0);
  const missing = ids.filter(({ id }) => !pressed.has(id)).map(({ id }) => id);
  expect(missing).toEqual([]);
});

// Esc reads an error besides; everywhere else one key is as good as another.
const equalKeys = screens.filter(([name]) => name !== "files with an unread error");

test.each(equalKeys)("all keys of a command do the same on %s", async (_, where, make) => {
  const commands = bindings.filter((one) => one.where.includes(where) && one.keys.length > 1);
  for (const command of commands) {
    const ends: unknown[] = [];
    for (const key of command.keys) {
      const setting = await make();
      if (commandFor(setting.fake.state(), key) !== command) continue;
      setting.fake.press(key);
      ends.push(setting.fake.state());
    }
    for (const end of ends) expect(end).toEqual(ends[0]);
  }
});

// What asks is answered first: the help is not to be had there.
const questions = ["quit", "take-over", "name-conflict", "download-room"];

test.each(screens.filter(([, where]) => !questions.includes(where)))(
  "on %s the help has every key but those that are not taken now, those of the screen first",
  async (_, __, make) => {
    const { fake } = await make();
    fake.program.actions.showHelp();
    const state = fake.state();
    const beneath = targetBeneath(state);
    const isOff = (one: Command) => one.where.includes(beneath) && one.binds?.(state) === false;
    const told = new Set(
      helpLines(fake.state()).flatMap((line) => (line.kind === "keys" ? [line.id] : [])),
    );
    // What moves a text as it moves a list is told once.
    const abouts = (commands: readonly Command[]) => new Set(commands.map(({ about }) => about));
    expect(abouts(registry.filter(({ id }) => told.has(id)))).toEqual(
      abouts(registry.filter((command) => command.keys.length > 0 && !isOff(command))),
    );
  },
);
