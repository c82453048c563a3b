import { expect, test } from "vitest";
import { detailsOf } from "../../source/store/selectors/details.ts";
import {
  currentPlace,
  currentRow,
  markedRows,
  rowsOf,
  viewOf,
} from "../../source/store/selectors/table.ts";
import { columns } from "../../source/store/state/columns.ts";
import { someFileSet } from "../support/fakes/listings.ts";
import { type FakeProgram, fakeProgram, goTo } from "../support/fakes/program.ts";

const day = (number: number) => `2026-11-${String(number).padStart(2, "0")}T00:00:00Z`;

function delivery(series: string, kind: "Init" | "Delta", from: number, to: number) {
  return someFileSet(to, {
    id: `${series} ${kind} ${to}`,
    name: `ESG-${series}-${kind}-${day(to)}`,
    contentFrom: day(from),
    contentTo: day(to),
  });
}

const fileSets = [
  delivery("Social", "Init", 0, 1),
  delivery("Social", "Init", 0, 8),
  delivery("Social", "Delta", 8, 9),
  delivery("Social", "Delta", 12, 13),
  delivery("Carbon", "Init", 0, 8),
  delivery("Carbon", "Delta", 8, 9),
];

async function byFileSets(): Promise<FakeProgram> {
  const fake = fakeProgram();
  fake.fileStore.fileSetsAnswer = () => fileSets;
  await goTo(fake, "file-sets");
  await fake.until(() => fake.names().length === fileSets.length);
  return fake;
}

const shownCells = (fake: FakeProgram) => {
  const state = fake.state();
  return rowsOf(state, currentPlace(state)).shown.map((row) =>
    columns.series.map(({ text }) => text(row, state.nowMs)),
  );
};

test("b shows one row for each series: kinds, newest Init, Deltas since, and gaps", async () => {
  const fake = await byFileSets();
  fake.press("b");
  expect(shownCells(fake)).toEqual([
    ["ESG-Carbon", "1 Init, 1 Delta", "2026-11-08", "1", "whole", ""],
    ["ESG-Social", "2 Init, 2 Delta", "2026-11-08", "2", "gap", ""],
  ]);
  expect(fake.state().notice?.text).toBe("2 series in 6 file sets. b shows all file sets.");
});

test("the cursor goes to the series of its file set, and b again returns it", async () => {
  const fake = await byFileSets();
  fake.press("j", "j", "j");
  const before = currentRow(fake.state())?.name;
  fake.press("b");
  expect(before).toContain(currentRow(fake.state())?.name ?? "none");
  fake.press("b");
  expect(currentRow(fake.state())?.name).toBe(before);
  expect(fake.names()).toHaveLength(6);
});

test("Enter shows the file sets of a series, and Esc the series again", async () => {
  const fake = await byFileSets();
  fake.press("b", "g", "enter");
  expect(fake.names()).toEqual([`ESG-Carbon-Delta-${day(9)}`, `ESG-Carbon-Init-${day(8)}`]);
  fake.press("escape");
  expect(fake.names()).toEqual(["ESG-Carbon", "ESG-Social"]);
  expect(currentRow(fake.state())?.name).toBe("ESG-Carbon");
  fake.press("escape");
  expect(currentPlace(fake.state()).kind).toBe("packages");
});

test("a filter belongs to the series or to the opened one, and Esc ends it first", async () => {
  const fake = await byFileSets();
  fake.press("b", "/");
  fake.type("gap");
  fake.press("enter");
  expect(fake.names()).toEqual(["ESG-Social"]);
  fake.press("enter", "/");
  fake.type("init");
  fake.press("enter");
  expect(fake.names()).toHaveLength(2);
  fake.press("escape");
  expect(fake.names()).toHaveLength(4);
  fake.press("escape");
  expect(fake.names()).toEqual(["ESG-Social"]);
});

test("series have a sort order of their own", async () => {
  const fake = await byFileSets();
  fake.press("b", "S");
  expect(fake.names()).toEqual(["ESG-Social", "ESG-Carbon"]);
  expect(fake.state().sorts["file-sets"]).toEqual({ columnId: "date", descending: true });
});

test("n narrows an opened series to its newest Init and the Deltas after it", async () => {
  const fake = await byFileSets();
  fake.press("b", "G", "enter", "n");
  expect(fake.names().map((name) => /gap|Init|Delta/.exec(name)?.[0])).toEqual([
    "Delta",
    "gap",
    "Delta",
    "Init",
  ]);
});

test.each([
  ["d", "Download"],
  ["y", "Copy id"],
  ["space", "Mark"],
  ["a", "Mark all"],
  ["p", "Preview"],
  ["n", "Newest"],
])("%s on a series says that Enter opens it", async (key, title) => {
  const fake = await byFileSets();
  fake.press("b", key);
  expect(fake.state().notice?.text).toBe(`${title}: this row is a series; Enter opens it.`);
  expect(viewOf(fake.state(), currentPlace(fake.state())).marks.size).toBe(0);
});

test("file sets that are marked in a series stay marked outside it", async () => {
  const fake = await byFileSets();
  fake.press("b", "g", "enter", "a", "escape", "b");
  expect(markedRows(fake.state()).map(({ id }) => id)).toEqual(["Carbon Delta 9", "Carbon Init 8"]);
});

test("the details of a series name its newest Init and its gaps", async () => {
  const fake = await byFileSets();
  fake.press("b", "G");
  const details = detailsOf(currentRow(fake.state()), 0);
  expect(details).toContainEqual({ label: "Newest Init", value: `ESG-Social-Init-${day(8)}` });
  expect(details).toContainEqual({
    label: "Gap",
    value: "3 days missing, 2026-11-09 to 2026-11-12",
  });
});

test("file sets that arrive join their series", async () => {
  const fake = await byFileSets();
  fake.press("b", "G");
  fake.fileStore.fileSetsAnswer = () => [...fileSets, delivery("Board", "Delta", 8, 9)];
  fake.press("r");
  await fake.until(() => fake.names().length === 3);
  expect(fake.names()).toEqual(["ESG-Board", "ESG-Carbon", "ESG-Social"]);
  expect(currentRow(fake.state())?.name).toBe("ESG-Social");
});
