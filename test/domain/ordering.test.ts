import fc from "fast-check";
import { expect, it } from "vitest";
import { createFirstFew } from "../../source/domain/ordering.ts";

it("holds the first of many in whatever order and pages they come", () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.integer(), { maxLength: 400 }), { maxLength: 8 }),
      fc.integer({ min: 1, max: 20 }),
      (pages, limit) => {
        const first = createFirstFew<number>(limit, (left, right) => left - right);
        for (const page of pages) first.add(page);
        const sorted = pages.flat().sort((left, right) => left - right);
        expect(first.items()).toEqual(sorted.slice(0, limit));
      },
    ),
  );
});

it("holds all items if the limit is infinite", () => {
  const first = createFirstFew<number>(Number.POSITIVE_INFINITY, (left, right) => right - left);
  first.add([1, 3, 2]);
  expect(first.items()).toEqual([3, 2, 1]);
});
