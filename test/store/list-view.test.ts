import fc from "fast-check";
import { expect, test } from "vitest";
import {
  at,
  atTheTop,
  cursorOf,
  type ListView,
  type Move,
  moved,
  type Rows,
  scrolled,
} from "../../source/store/state/list-view.ts";

function rows(ids: readonly string[]): Rows {
  return {
    length: ids.length,
    idAt: (index) => ids[index],
    indexOf: (id) => (ids.includes(id) ? ids.indexOf(id) : undefined),
  };
}

const numbered = (count: number) => rows(Array.from({ length: count }, (_, index) => `r${index}`));

function after(list: Rows, height: number, ...moves: Move[]): ListView {
  return moves.reduce<ListView>((view, move) => moved(view, move, list, height), atTheTop);
}

test("single steps scroll only at the edges", () => {
  const list = numbered(20);
  const view = after(list, 5, "down", "down", "down", "down");
  expect(cursorOf(view, list, 5)).toEqual({ index: 4, top: 0 });
  const further = moved(view, "down", list, 5);
  expect(cursorOf(further, list, 5)).toEqual({ index: 5, top: 1 });
  expect(cursorOf(moved(further, "up", list, 5), list, 5)).toEqual({ index: 4, top: 1 });
});

test("pages, halves and ends", () => {
  const list = numbered(100);
  expect(cursorOf(after(list, 10, "page-down"), list, 10)).toEqual({ index: 9, top: 9 });
  expect(cursorOf(after(list, 10, "half-down"), list, 10)).toEqual({ index: 5, top: 5 });
  expect(cursorOf(after(list, 10, "last"), list, 10)).toEqual({ index: 99, top: 90 });
  expect(cursorOf(after(list, 10, "last", "page-up"), list, 10)).toEqual({ index: 90, top: 81 });
  expect(cursorOf(after(list, 10, "last", "first"), list, 10)).toEqual({ index: 0, top: 0 });
});

test("the row stays under the cursor, and on its line, while rows come in before it", () => {
  const list = numbered(30);
  const view = after(list, 10, "page-down", "page-down", "down");
  const { index, top } = cursorOf(view, list, 10);
  const longer = rows(["n1", "n2", "n3", ...Array.from({ length: 30 }, (_, i) => `r${i}`)]);
  expect(cursorOf(view, longer, 10)).toEqual({ index: index + 3, top: top + 3 });
});

test("before the first move the cursor is on whatever comes first", () => {
  expect(cursorOf(atTheTop, rows(["a"]), 10).index).toBe(0);
  expect(cursorOf(atTheTop, rows(["newer", "a"]), 10).index).toBe(0);
});

test("when its row is gone the cursor is on the one that took its place", () => {
  const view = at(numbered(10), 4, 4);
  expect(cursorOf(view, rows(["r0", "r1", "r2", "r3", "r5", "r6"]), 10).index).toBe(4);
  expect(cursorOf(view, rows(["r0"]), 10).index).toBe(0);
  expect(cursorOf(view, rows([]), 10)).toEqual({ index: -1, top: 0 });
});

test("the cursor is always on the screen, whatever happens", () => {
  const move = fc.constantFrom<Move>(
    "up",
    "down",
    "page-up",
    "page-down",
    "half-up",
    "half-down",
    "first",
    "last",
  );
  const step = fc.record({ move, count: fc.nat(60), height: fc.integer({ min: 1, max: 20 }) });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      let view = atTheTop;
      for (const { count, height, move: way } of steps) {
        const list = numbered(count);
        view = moved(view, way, list, height);
        const { index, top } = cursorOf(view, list, height);
        if (count === 0) continue;
        expect(index).toBeGreaterThanOrEqual(top);
        expect(index).toBeLessThan(top + height);
        expect(top + Math.min(height, count)).toBeLessThanOrEqual(count);
      }
    }),
  );
});

test("text scrolls to its last line and no further", () => {
  expect(scrolled(0, "down", 30, 10)).toBe(1);
  expect(scrolled(0, "last", 30, 10)).toBe(20);
  expect(scrolled(20, "page-down", 30, 10)).toBe(20);
  expect(scrolled(5, "up", 8, 10)).toBe(0);
});
