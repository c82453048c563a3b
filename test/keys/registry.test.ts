import { expect, test } from "vitest";
import { textPlaces } from "../../source/keys/command.ts";
import { keySections } from "../../source/keys/key-sections.ts";
import { bindings } from "../../source/keys/key-table.ts";
import { writtenKey } from "../../source/keys/keymap.ts";
import { helpLines } from "../../source/keys/overlays/help.ts";
import { overlayCommands } from "../../source/keys/overlays/overlays.ts";
import { paletteCommands } from "../../source/keys/overlays/palette.ts";
import { registry } from "../../source/keys/registry.ts";
import { fakeProgram, goTo } from "../support/fakes/program.ts";

/** What a split arrow key leaves behind when its Esc arrives alone is dropped; in pieces of one it must do nothing. */
const arrowRests = ["[", "B", "C", "D", "F", "H", "O", "~"];

/** The key table that users hold on to, and what each key means where rows are shown. */
const promised: [keys: string[], id: string, where: string][] = [
  [["up", "k"], "up", "files"],
  [["down", "j"], "down", "files"],
  [["pageup"], "page-up", "files"],
  [["pagedown"], "page-down", "files"],
  [["ctrl-u"], "half-up", "files"],
  [["ctrl-d"], "half-down", "files"],
  [["home", "g"], "first", "files"],
  [["end", "G"], "last", "files"],
  [["enter", "right", "l"], "open", "files"],
  [["escape", "left", "h"], "back", "files"],
  [["/"], "filter", "files"],
  [["s"], "sort", "files"],
  [["r"], "reload", "files"],
  [["space"], "mark", "files"],
  [["a"], "mark-all", "files"],
  [["d"], "download", "files"],
  [["p"], "preview", "files"],
  [["p"], "preview", "file-sets"],
  [["enter"], "open-record", "preview"],
  [["left", "h"], "columns-before", "preview"],
  [["right", "l"], "columns-after", "preview"],
  [["escape"], "back-from-preview", "preview"],
  [["/"], "search", "preview"],
  [["n"], "next-match", "preview"],
  [["N"], "previous-match", "preview"],
  [["y"], "copy-record", "preview"],
  [["y"], "copy-value", "record"],
  [["i"], "details", "files"],
  [["y"], "copy", "files"],
  [["t"], "downloads", "files"],
  [["space"], "pause", "downloads"],
  [["x"], "cancel", "downloads"],
  [["R"], "retry", "downloads"],
  [["?"], "help", "files"],
  [[":"], "commands", "files"],
  [["q"], "quit", "files"],
  [["ctrl-c"], "interrupt", "files"],
];

test.each(promised)("%j is %s", (keys, id, where) => {
  const command = bindings.find((candidate) => candidate.id === id);
  expect(command?.keys).toEqual(expect.arrayContaining(keys));
  expect(command?.where).toContain(where);
});

test("ids are unique, and no key means two things in one place", () => {
  expect(new Set(bindings.map(({ id }) => id)).size).toBe(bindings.length);
  const taken = new Map<string, string>();
  for (const { binds, id, keys, where } of bindings) {
    if (binds) continue;
    for (const place of where) {
      for (const key of keys) {
        expect(taken.get(`${place} ${key}`), `${place} ${key}`).toBeUndefined();
        taken.set(`${place} ${key}`, id);
      }
    }
  }
});

test("hints and titles are short: five capitalised words at most say what a key does", () => {
  for (const { about, id, title } of bindings) {
    expect(about.split(" ").length, `${id}: ${about}`).toBeLessThanOrEqual(5);
    expect(about, id).toMatch(/^[A-Z].*[^.]$/);
    expect(title.split(" ").length, `${id}: ${title}`).toBeLessThanOrEqual(4);
  }
});

test("no letter is a key where letters are text", () => {
  for (const { binds, keys, where } of bindings) {
    if (binds || !where.some((place) => textPlaces.includes(place))) continue;
    for (const key of keys) expect(key.length, key).toBeGreaterThan(1);
  }
});

test("what remains of a split arrow key is bound nowhere", () => {
  for (const { keys } of bindings) {
    for (const rest of arrowRests) expect(keys).not.toContain(rest);
  }
});

test("the help has the keys of this screen first, and the others by where they count", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  const lines = helpLines(fake.state());
  const headings = lines.flatMap((line) => (line.kind === "heading" ? [line.text] : []));
  expect(headings.slice(0, 6)).toEqual([
    "List",
    "Files",
    "Move",
    "Program",
    "Elsewhere: Packages, File sets",
    "Elsewhere: File sets",
  ]);
});

test("the help leaves out what a key of this screen does not do now, and runs what it does", async () => {
  const fake = fakeProgram();
  await goTo(fake, "packages");
  const abouts = () =>
    helpLines(fake.state()).flatMap((line) => (line.kind === "keys" ? [line.about] : []));
  fake.press("?");
  expect(abouts()).not.toContain("Stop the current request");
  expect(abouts()).not.toContain("Show errors");
  expect(abouts()).toContain("Show message history");
  fake.program.actions.notify("error", "The disk is full.");
  expect(abouts()).not.toContain("Show message history");
  fake.press("/");
  fake.type("show errors");
  fake.press("enter");
  expect(fake.state().overlay?.kind).toBe("notices");
});

test("the help has every key of every command that it lists", async () => {
  const fake = fakeProgram({ viewport: { columns: 40, rows: 10 } });
  await goTo(fake, "files");
  const lines = helpLines(fake.state()).flatMap((line) => (line.kind === "keys" ? [line] : []));
  const ids = new Set(lines.map(({ id }) => id));
  expect(ids.size).toBeGreaterThan(20);
  for (const { id, keys } of registry.filter((command) => ids.has(command.id))) {
    const told = lines.filter((line) => line.id === id);
    const written = told.map(({ shown }) => shown).join(" ");
    expect(written.split(" "), id).toEqual(expect.arrayContaining(keys.map(writtenKey)));
  }
});

test("the overlays move and close with the keys of lists", () => {
  const keys = new Set(overlayCommands.flatMap((command) => command.keys));
  for (const key of ["up", "k", "down", "j", "escape", "h", "left"]) expect(keys).toContain(key);
});

test("commands offers what can be done here, and runs what is chosen", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press(":");
  const ids = paletteCommands(fake.state()).map(({ id }) => id);
  expect(ids).toContain("download");
  expect(ids).not.toContain("pause");
  fake.type("mark all");
  expect(paletteCommands(fake.state()).map(({ id }) => id)[0]).toBe("mark-all");
  fake.press("enter");
  expect(fake.state().overlay).toBeUndefined();
  expect(Object.values(fake.state().views).at(-1)?.marks.size).toBe(4);
});

test("packages are not chosen: no list has the keys for that under them", async () => {
  const fake = fakeProgram();
  await goTo(fake, "packages");
  fake.press(":");
  const offered = paletteCommands(fake.state()).map(({ id }) => id);
  const sectionOf = (id: string) =>
    keySections().find(({ commands }) => commands.some((command) => command.id === id))?.name;
  for (const id of ["mark-all", "mark-range", "invert-marks", "unmark-all", "end-range"]) {
    expect(sectionOf(id), id).toBe("File sets, Files, Downloads");
    expect(offered).not.toContain(id);
  }
  for (const id of ["mark", "download"]) {
    expect(sectionOf(id), id).toBe("File sets, Files");
    expect(offered).not.toContain(id);
  }
});

test("an unavailable command says why", async () => {
  const fake = fakeProgram();
  await goTo(fake, "file-sets");
  fake.press("4");
  expect(fake.state().notice?.text).toBe("Files: open a file set first.");
  fake.press("t", "x");
  expect(fake.state().notice?.text).toBe("Cancel: there is no download here.");
});

test("? and : are keys while the bucket field waits for a first letter, then text", async () => {
  const fake = fakeProgram();
  await goTo(fake, "bucket");
  fake.press("?");
  expect(fake.state().overlay?.kind).toBe("help");
  fake.press("escape", ":");
  expect(fake.state().overlay?.kind).toBe("palette");
  fake.press("escape");
  fake.type("a?:q");
  expect(fake.state().bucket.field.text).toBe("a?:q");
  fake.press("ctrl-p");
  expect(fake.state().overlay?.kind).toBe("palette");
});
