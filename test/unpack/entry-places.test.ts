import { expect, it } from "vitest";
import { placeEntries } from "../../source/unpack/entry-places.ts";

const placesOf = (...names: readonly string[]) => {
  const facts = { at: 0, method: 0, crc32: 0, packedBytes: 0, bytes: 0 };
  return placeEntries(names.map((name) => ({ ...facts, name }))).map(({ place }) => place);
};

it("numbers entries of one name", () => {
  expect(placesOf("a.csv", "A.csv", "a (2).csv", "b/a.csv")).toEqual([
    "a.csv",
    "A (2).csv",
    "a (2) (2).csv",
    "b/a.csv",
  ]);
});

it("places as many entries of one name as fit into a directory", () => {
  const many = placesOf(...Array<string>(60_000).fill("a.csv"));
  expect(many.at(-1)).toBe("a (60000).csv");
});

it.each([
  [
    ["a", "a/b", "a/c", "A/d/e"],
    ["a", "a (2)/b", "a (2)/c", "A (2)/d/e"],
  ],
  [
    ["a/b", "a"],
    ["a/b", "a (2)"],
  ],
  [
    ["a/b/c", "a/B", "a"],
    ["a/b/c", "a/B (2)", "a (2)"],
  ],
])("gives a file and a folder of one name two names: %j", (names, places) => {
  expect(placesOf(...names)).toEqual(places);
});
