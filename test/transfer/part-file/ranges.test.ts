import fc from "fast-check";
import { expect, it } from "vitest";
import { createRanges } from "../../../source/transfer/part-file/ranges.ts";

const span = fc
  .tuple(fc.nat(60), fc.nat(60))
  .map(([a, b]) => ({ first: Math.min(a, b), end: Math.max(a, b) }));

it("keeps positions as a set of bytes would", () => {
  fc.assert(
    fc.property(fc.array(span, { maxLength: 20 }), fc.nat(70), (added, total) => {
      const ranges = createRanges(added);
      const bytes = new Set<number>();
      for (const { first, end } of added) for (let at = first; at < end; at += 1) bytes.add(at);

      const kept = ranges.spans().flatMap(({ first, end }) => positions(first, end));
      expect(kept).toEqual([...bytes].sort((a, b) => a - b));
      expect(ranges.bytes()).toBe(bytes.size);
      const missing = ranges.missing(total).flatMap(({ first, end }) => positions(first, end));
      expect(missing).toEqual(positions(0, total).filter((at) => !bytes.has(at)));
      const prefix = positions(0, 61).find((at) => !bytes.has(at));
      expect(ranges.prefixEnd()).toBe(prefix);
    }),
  );
});

it.each<[number, [first: number, end: number][]]>([
  [0, []],
  [5, []],
  [10, []],
  [15, [[10, 15]]],
  [20, [[10, 20]]],
  [30, [[10, 20]]],
  [
    31,
    [
      [10, 20],
      [30, 31],
    ],
  ],
])("lacks of %i bytes the spans %j, and none that is empty", (total, gaps) => {
  const ranges = createRanges([
    { first: 0, end: 10 },
    { first: 20, end: 30 },
    { first: 40, end: 40 },
  ]);
  expect(ranges.missing(total)).toEqual(gaps.map(([first, end]) => ({ first, end })));
});

it("has no two spans that touch", () => {
  const ranges = createRanges([
    { first: 0, end: 5 },
    { first: 10, end: 15 },
    { first: 5, end: 10 },
  ]);
  expect(ranges.spans()).toEqual([{ first: 0, end: 15 }]);
});

function positions(first: number, end: number): number[] {
  return Array.from({ length: end - first }, (_, index) => first + index);
}

it("merges very many spans in any order", () => {
  const count = 300_000;
  const spans = Array.from({ length: count }, (_, index) => {
    const first = 10 * (count - index);
    return { first, end: first + 5 };
  });
  expect(createRanges(spans).bytes()).toBe(5 * count);
});
