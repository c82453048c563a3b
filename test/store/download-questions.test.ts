import { expect, test } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import type { StoredFile } from "../../source/domain/entities.ts";
import { choicesOf, nameConflictQuestion } from "../../source/store/selectors/choices.ts";
import { quitQuestion } from "../../source/store/selectors/messages.ts";
import { markedRows } from "../../source/store/selectors/table.ts";
import type { State } from "../../source/store/state/state.ts";
import { several, someFile, someFileSet } from "../support/fakes/listings.ts";
import { type FakeProgram, fakeProgram, goTo, queued } from "../support/fakes/program.ts";
import { HeldPages } from "../support/fakes/service.ts";

const isAsked = ({ overlay }: State) => overlay?.kind === "name-conflict";

async function withNameConflict(): Promise<FakeProgram> {
  const fake = fakeProgram();
  fake.fileStore.filesAnswer = () =>
    several(4, (number) => someFile(number, { filename: `part${number}`, fileSizeInBytes: 100 }));
  fake.onDisk.set("part1", 7).set("part2", 8).set("part3", 100);
  await goTo(fake, "files");
  fake.press("a", "d");
  await fake.until(isAsked);
  return fake;
}

const wanted = ({ transfers }: FakeProgram) =>
  transfers.snapshot().transfers.map(({ file }) => file.name);

test("names that are taken are asked about; the same size may be the same file", async () => {
  const fake = await withNameConflict();
  expect(nameConflictQuestion(fake.state())).toContain(
    "A different part1 already exists in /downloads. Existing: 7 B.",
  );
  expect(wanted(fake)).toEqual([]);
  fake.press("enter");
  expect(nameConflictQuestion(fake.state())).toContain(
    "A different part2 already exists in /downloads. Existing: 8 B.",
  );
  fake.press("j", "j", "enter");
  await queued(fake);
  expect(wanted(fake).toSorted()).toEqual(["part2", "part3", "part4"]);
  expect(fake.transfers.replaced).toEqual(["part2"]);
});

test.each<[string, string[], number, string[]]>([
  ["skip all", ["down", "down", "down"], 2, []],
  ["keep both, all", ["G", "k"], 4, []],
  ["replace all", ["end"], 4, ["part1", "part2"]],
])("%s", async (_, moves, count, replaced) => {
  const fake = await withNameConflict();
  fake.press(...moves, "enter");
  await queued(fake);
  expect(wanted(fake)).toHaveLength(count);
  expect(fake.transfers.replaced).toEqual(replaced);
});

test("Esc downloads nothing and says so", async () => {
  const fake = await withNameConflict();
  fake.press("escape");
  expect(wanted(fake)).toEqual([]);
  expect(fake.state().overlay).toBeUndefined();
  expect(fake.state().notice?.text).toBe("Nothing is downloaded.");
  expect(markedRows(fake.state())).toHaveLength(4);
});

test("the marks are back where all is skipped, on their own screen only", async () => {
  const fake = fakeProgram();
  fake.fileStore.filesAnswer = () => [someFile(1, { filename: "part1", fileSizeInBytes: 100 })];
  fake.onDisk.set("part1", 7);
  await goTo(fake, "files");
  fake.press("a", "d", "h");
  await fake.until(isAsked);
  fake.press("enter");
  expect(markedRows(fake.state())).toEqual([]);
  fake.press("enter");
  expect(markedRows(fake.state())).toHaveLength(1);
});

test("the marks of what is downloaded after an answer are gone", async () => {
  const fake = await withNameConflict();
  fake.press("end", "enter");
  await queued(fake);
  expect(markedRows(fake.state())).toEqual([]);
});

/** A file set of one file, whose name another file has, for each of `names`; the files come when the test gives them. */
async function ordering(...names: string[]) {
  const fake = fakeProgram();
  const held = new Map<string, HeldPages<StoredFile>>();
  const idOf = (index: number) => someFileSet(names.length - index).id;
  fake.fileStore.fileSetsAnswer = () => several(names.length, someFileSet);
  for (const [index, name] of names.entries()) {
    held.set(idOf(index), new HeldPages<StoredFile>());
    fake.onDisk.set(name, 7);
  }
  fake.fileStore.filesAnswer = (id) => held.get(id) ?? [];
  await goTo(fake, "file-sets");
  const give = (index: number) => {
    const pages = held.get(idOf(index));
    pages?.give([someFile(index, { filename: names[index], fileSizeInBytes: 100 })]);
    pages?.end();
  };
  return { fake, give };
}

test("a second order joins the question that stands, and both are downloaded", async () => {
  const { fake, give } = await ordering("one.csv", "two.csv");
  fake.press("d", "j", "d");
  give(0);
  await fake.until(isAsked);
  expect(choicesOf(fake.state())).toHaveLength(3);
  give(1);
  await fake.until((state) => choicesOf(state).length === 6);
  fake.press("j", "enter");
  expect(wanted(fake)).toEqual([]);
  fake.press("j", "enter");
  await queued(fake);
  expect(wanted(fake)).toEqual(["one.csv", "two.csv"]);
});

test.each<[string, string[], string, string[]]>([
  ["a command", [":"], "sort ", ["escape"]],
  ["a filter", ["/"], "l l", ["enter"]],
  ["a folder", ["o", "ctrl-u"], "/a b", ["escape"]],
])("while %s is typed the question waits", async (_, open, text, close) => {
  const { fake, give } = await ordering("one.csv");
  fake.press("d", ...open);
  give(0);
  await fake.until(({ task }) => task === undefined);
  expect(fake.state().notice).toEqual({
    level: "warning",
    text: "A download has a question. Close what is open to answer it.",
  });
  fake.type(text);
  expect(fake.state().overlay?.kind).not.toBe("name-conflict");
  fake.press(...close);
  await fake.until(isAsked);
  fake.press("j", "enter");
  await queued(fake);
  expect(wanted(fake)).toEqual(["one.csv"]);
});

test("^C at the question asks about it too, and it comes back", async () => {
  const fake = await withNameConflict();
  fake.press("ctrl-c");
  expect(fake.state().overlay?.kind).toBe("quit");
  expect(quitQuestion(fake.state())).toBe(
    "Quit? 2 files wait for an answer: their names are taken.",
  );
  fake.press("escape");
  await fake.until(isAsked);
  fake.press("end", "enter");
  await queued(fake);
  expect(wanted(fake)).toHaveLength(4);
});

test("the question stands again when the terminal is large enough again", async () => {
  const fake = await withNameConflict();
  fake.program.actions.resize({ columns: 30, rows: 8 });
  expect(fake.state().overlay).toBeUndefined();
  fake.program.actions.resize({ columns: 100, rows: 24 });
  await fake.until(isAsked);
  fake.press("G", "k", "enter");
  await queued(fake);
  expect(wanted(fake)).toHaveLength(4);
});

test("a session that ends at the question leaves it for after the sign-in", async () => {
  const fake = await withNameConflict();
  const ended = { kind: "sign-in", tried: "Listing", answered: "token expired" } as const;
  fake.signInAgain(new AppError(ended));
  expect(fake.state().overlay).toBeUndefined();
  fake.type("word");
  fake.press("enter");
  fake.type("key");
  fake.press("enter");
  await fake.until(isAsked);
});

test("signing out removes the questions, so that the next account sees no name of this one", async () => {
  const fake = await withNameConflict();
  await fake.program.actions.signOut();
  expect(fake.state()).toMatchObject({ overlay: undefined, downloadQuestions: undefined });
});
