import fc from "fast-check";
import { expect, it } from "vitest";
import { filesOfShard } from "../../source/plan/shards.ts";

const size = fc.oneof(fc.constantFrom(0, 1, 3_000), fc.nat(1_000_000_000), fc.constant(null));
const plans = fc
  .array(size, { maxLength: 60 })
  .map((sizes) => sizes.map((bytes, index) => ({ name: `part${index}`, size: bytes })));
const counts = fc.integer({ min: 1, max: 12 });

function split(files: readonly { name: string; size: number | null }[], count: number) {
  return Array.from({ length: count }, (_, index) =>
    filesOfShard(files, { index: index + 1, count }),
  );
}

it("every file is in exactly one shard, in the order of the plan", () => {
  fc.assert(
    fc.property(plans, counts, (files, count) => {
      const shards = split(files, count);
      const names = (all: readonly { name: string }[]) => all.map(({ name }) => name).toSorted();
      expect(names(shards.flat())).toEqual(names(files));
      for (const shard of shards)
        expect(shard).toEqual(files.filter((file) => shard.includes(file)));
    }),
  );
});

it("shards differ by no more than the largest file", () => {
  const known = plans.map((files) => files.map((file) => ({ ...file, size: file.size ?? 0 })));
  fc.assert(
    fc.property(known, counts, (files, count) => {
      const loads = split(files, count).map((shard) =>
        shard.reduce((sum, { size: bytes }) => sum + (bytes ?? 0), 0),
      );
      const largest = Math.max(0, ...files.map((file) => file.size));
      expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(largest);
    }),
  );
});

it("files of unknown size are spread evenly", () => {
  fc.assert(
    fc.property(fc.nat(60), counts, (total, count) => {
      const files = Array.from({ length: total }, (_, index) => ({
        name: `part${index}`,
        size: null,
      }));
      const lengths = split(files, count).map(({ length }) => length);
      expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
    }),
  );
});

it("a worker gets the same files however the lines of the plan are ordered", () => {
  const shuffled = plans.chain((files) =>
    fc.tuple(fc.constant(files), fc.shuffledSubarray(files, { minLength: files.length })),
  );
  fc.assert(
    fc.property(shuffled, counts, ([files, others], count) => {
      const names = (shards: { name: string }[][]) =>
        shards.map((shard) => shard.map(({ name }) => name).toSorted());
      expect(names(split(others, count))).toEqual(names(split(files, count)));
    }),
  );
});
