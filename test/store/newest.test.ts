import { expect, test } from "vitest";
import type { FileSet } from "../../source/domain/entities.ts";
import { hintsFor } from "../../source/keys/key-table.ts";
import { detailsOf } from "../../source/store/selectors/details.ts";
import {
  currentPlace,
  currentRow,
  markedRows,
  marksIn,
} from "../../source/store/selectors/table.ts";
import { someFileSet } from "../support/fakes/listings.ts";
import { type FakeProgram, fakeProgram, goTo } from "../support/fakes/program.ts";

const day = (number: number) => `2026-11-${String(number).padStart(2, "0")}T00:00:00Z`;

function delivery(kind: "Init" | "Delta", from: number, to: number, series = "Social"): FileSet {
  return someFileSet(to, {
    id: `${series} ${kind} ${to}`,
    name: `Bulk-ESG-${series}-Jsonl-${kind}-${day(to)}`,
    contentFrom: kind === "Init" ? "1970-01-01T00:00:00Z" : day(from),
    contentTo: day(to),
  });
}

async function at(fileSets: readonly FileSet[]): Promise<FakeProgram> {
  const fake = fakeProgram();
  fake.fileStore.fileSetsAnswer = () => fileSets;
  await goTo(fake, "file-sets");
  return fake;
}

const kinds = (fake: FakeProgram) =>
  fake.names().map((name) => /Init|Delta|gap.*/.exec(name)?.[0] ?? name);

const withGap = [
  delivery("Init", 0, 1),
  delivery("Init", 0, 8),
  delivery("Delta", 7, 8),
  delivery("Delta", 8, 9),
  delivery("Delta", 12, 13),
];

test("n leaves the newest Init and the Deltas after it, with a row for what is missing", async () => {
  const fake = await at(withGap);
  fake.press("n");
  expect(kinds(fake)).toEqual([
    "Delta",
    "gap: 3 days missing, 2026-11-09 to 2026-11-12",
    "Delta",
    "Init",
  ]);
  expect(fake.state().notice).toEqual({
    level: "warning",
    text: "The newest Init and the Deltas after it: 3 of 5 file sets; 1 gap between them. n shows all.",
  });
  fake.press("n");
  expect(fake.names()).toHaveLength(5);
});

test("oldest first, the gap stands before what comes after it", async () => {
  const fake = await at(withGap);
  fake.press("S", "n");
  expect(kinds(fake)).toEqual([
    "Init",
    "Delta",
    "gap: 3 days missing, 2026-11-09 to 2026-11-12",
    "Delta",
  ]);
});

test("the filter narrows what n leaves, and each survives the other", async () => {
  const fake = await at([...withGap, delivery("Init", 0, 8, "Carbon")]);
  fake.press("n", "/");
  fake.type("carbon");
  fake.press("enter");
  expect(kinds(fake)).toEqual(["Init"]);
  fake.press("escape");
  expect(fake.names()).toHaveLength(5);
  fake.press("escape", "enter");
  await fake.until(() => fake.names().length > 0);
  expect(fake.names()).toHaveLength(5);
});

test("the row of a gap has details, and neither downloads nor counts as marked", async () => {
  const fake = await at(withGap);
  fake.press("n", "j");
  expect(currentRow(fake.state())?.kind).toBe("gap");
  expect(detailsOf(currentRow(fake.state()), 0).map(({ value }) => value)).toContain(
    "3 days missing, 2026-11-09 to 2026-11-12",
  );
  fake.press("d");
  expect(fake.state().notice?.text).toBe("Download: this row marks a gap.");
  fake.press("enter");
  expect(fake.state().overlay?.kind).toBe("details");
  fake.press("escape", "a", "d");
  await fake.until(({ transfers }) => transfers.transfers.length > 0);
  expect(fake.fileStore.asked.filter((what) => what.startsWith("files"))).toHaveLength(3);
});

test.each([
  ["p", "Preview"],
  ["y", "Copy id"],
  ["Y", "Copy more"],
  ["space", "Mark"],
])(
  "%s on the row of a gap says that there is nothing, and its hint is faint",
  async (key, title) => {
    const fake = await at(withGap);
    fake.press("n", "j", key);
    expect(fake.state().notice?.text).toBe(`${title}: this row marks a gap.`);
    expect(fake.copied).toEqual([]);
    expect(fake.state().overlay).toBeUndefined();
    expect(currentRow(fake.state())?.kind).toBe("gap");
    const available = hintsFor(fake.state(), () => true).filter(({ isAvailable }) => isAvailable);
    expect(available.map((hint) => hint.title)).not.toContain(title.toLowerCase());
  },
);

test.each([
  ["a", ["a"], 3],
  ["*", ["*"], 3],
  ["a range over it", ["g", "v", "j", "j", "v"], 2],
  ["a range that Space ends on it", ["g", "v", "j", "space"], 1],
  ["a range up to it", ["g", "v", "j"], 1],
])("%s marks file sets, and no gap", async (_, keys, count) => {
  const fake = await at(withGap);
  fake.press("n", "j", ...keys);
  const marks = marksIn(fake.state(), currentPlace(fake.state()));
  expect([...marks].toSorted()).toEqual(
    markedRows(fake.state())
      .map(({ id }) => id)
      .toSorted(),
  );
  expect(marks.size).toBe(count);
});

test("a range that ends on a gap is downloaded, a range of the gap alone is not", async () => {
  const fake = await at(withGap);
  fake.press("n", "j", "v", "d");
  expect(fake.state().notice?.text).toBe("Download: this row marks a gap.");
  fake.press("escape", "k", "v", "j", "d");
  await fake.until(({ transfers }) => transfers.transfers.length > 0);
  expect(fake.fileStore.asked.filter((what) => what.startsWith("files"))).toHaveLength(1);
});

test("the notice counts series without an Init", async () => {
  const fake = await at([...withGap.slice(0, 4), delivery("Delta", 1, 2, "Carbon")]);
  fake.press("n");
  expect(fake.state().notice?.text).toContain("1 series without an Init that is still available");
});

test("n shows all file sets, with a notice, if no name has Init or Delta", async () => {
  const fake = await at(
    [1, 2, 3].map((number) => someFileSet(number, { name: `PIT-${day(number)}` })),
  );
  fake.press("n");
  expect(fake.names()).toHaveLength(3);
  expect(fake.state().notice?.text).toContain("all file sets are shown");
});
