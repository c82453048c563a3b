import fc from "fast-check";
import { expect, test } from "vitest";
import {
  chainMembers,
  gapsBetween,
  gapText,
  latestInitChain,
} from "../../../source/domain/deliveries/chain.ts";
import { momentInName, seriesName } from "../../../source/domain/deliveries/name.ts";
import type { FileSet } from "../../../source/domain/entities.ts";
import { someFileSet } from "../../support/fakes/listings.ts";

const day = (number: number) => new Date(Date.UTC(2026, 10, number)).toISOString();

function delivery(
  kind: "Init" | "Delta",
  from: number,
  to: number,
  more: Partial<FileSet> = {},
): FileSet {
  return someFileSet(to, {
    id: `${kind}-${to}`,
    name: `Bulk-ESG-Social-Jsonl-${kind}-${day(to)}`,
    contentFrom: kind === "Init" ? "1970-01-01T00:00:00Z" : day(from),
    contentTo: day(to),
    ...more,
  });
}

const ids = (sets: readonly FileSet[]) => sets.map(({ id }) => id);

test.each([
  [
    "Bulk-ESG-Global-Raw-v1-Social-Jsonl-Init-2022-10-02T16:11:18.777Z",
    "Bulk-ESG-Global-Raw-v1-Social-Jsonl",
  ],
  [
    "Bulk-ESG-Global-Raw-v1-Social-Jsonl-Delta-2022-10-09T16:11:18.777Z",
    "Bulk-ESG-Global-Raw-v1-Social-Jsonl",
  ],
  [
    "Bulk-ESG-Global-Raw-v1-Social-Csv-Init-2022-10-02T16:11:18.777Z",
    "Bulk-ESG-Global-Raw-v1-Social-Csv",
  ],
  ["RFT-ESG-Raw-init-2021-01-17", "RFT-ESG-Raw"],
  ["RFT-ESG-PIT-SDI-2023-12-10", "RFT-ESG-PIT-SDI"],
  ["EsgPITAnalyticValueScore.2006.F.2023-12-10-0857", "EsgPITAnalyticValueScore.2006"],
  ["EsgPITAnalyticValueScore.2006.I.2023-12-17-0857", "EsgPITAnalyticValueScore.2006"],
  ["TESTDEVDATALIBRARY2025-09-16T13:00:00.000-04:00", "TESTDEVDATALIBRARY"],
  ["ASX-2026-11-20-NORMALIZEDMP", "ASX-NORMALIZEDMP"],
  ["Prices_20261120_full", "Prices_full"],
  ["Initial-Deltas", "Initial-Deltas"],
  ["2026-11-20", "2026-11-20"],
])("%s belongs to %s", (name, series) => {
  expect(seriesName(name)).toBe(series);
});

test.each([
  ["Raw-Init-2022-10-02T16:11:18.777Z", "2022-10-02T16:11:18.777Z"],
  ["TESTDEVDATALIBRARY2025-09-16T13:00:00.000-04:00", "2025-09-16T17:00:00.000Z"],
  ["Score.2006.F.2023-12-10-0857", "2023-12-10T00:00:00.000Z"],
  ["Prices_20261120_full", "2026-11-20T00:00:00.000Z"],
  ["no-date", undefined],
  ["impossible-2026-99-99", undefined],
])("the moment in the name %s is %s", (name, moment) => {
  const ms = momentInName(name);
  expect(ms === undefined ? undefined : new Date(ms).toISOString()).toBe(moment);
});

test("the newest Init and the Deltas after it, oldest first", () => {
  const sets = [
    delivery("Delta", 15, 16),
    delivery("Init", 0, 14),
    delivery("Delta", 14, 15),
    delivery("Delta", 13, 14),
    delivery("Init", 0, 7),
  ];
  const [chain, ...others] = latestInitChain(sets);
  expect(others).toEqual([]);
  expect(chain).toMatchObject({ series: "Bulk-ESG-Social-Jsonl", pending: [], gaps: [] });
  expect(chain?.init?.id).toBe("Init-14");
  expect(ids(chain?.deltas ?? [])).toEqual(["Delta-15", "Delta-16"]);
});

test("a missing delivery is a gap, shown with its days", () => {
  const sets = [delivery("Init", 0, 1), delivery("Delta", 4, 5), delivery("Delta", 5, 6)];
  const [chain] = latestInitChain(sets);
  expect(chain?.gaps.map(gapText)).toEqual(["3 days missing, 2026-11-01 to 2026-11-04"]);
  expect(chain?.gaps[0]?.before.id).toBe("Delta-5");
});

test("short gaps are shown with times, and one second is none", () => {
  const init = delivery("Init", 0, 1);
  const hours = delivery("Delta", 0, 2, { contentFrom: "2026-11-01T04:00:00Z" });
  expect(gapsBetween([init, hours]).map(gapText)).toEqual([
    "4 hours missing, 2026-11-01 00:00 to 2026-11-01 04:00 UTC",
  ]);
  const second = delivery("Delta", 0, 2, { contentFrom: "2026-11-01T00:00:01Z" });
  expect(gapsBetween([init, second])).toEqual([]);
});

test("a Delta that began before the Init ended overlaps, which is no gap", () => {
  const init = delivery("Init", 0, 1, { contentTo: "2026-11-01T04:30:00Z" });
  const delta = delivery("Delta", 0, 2, { contentFrom: "2026-11-01T02:15:00Z" });
  expect(latestInitChain([init, delta])[0]?.gaps).toEqual([]);
});

test("csv and jsonl, and packages, have chains of their own", () => {
  const csv = (set: FileSet) => ({ ...set, name: set.name.replace("Jsonl", "Csv") });
  const chains = latestInitChain([
    delivery("Init", 0, 1),
    csv(delivery("Init", 0, 8)),
    delivery("Init", 0, 3, { packageId: "other" }),
  ]);
  expect(chains.map(({ init, packageId, series }) => [series, packageId, init?.id])).toEqual([
    ["Bulk-ESG-Social-Csv", "4000-0000-00000001", "Init-8"],
    ["Bulk-ESG-Social-Jsonl", "4000-0000-00000001", "Init-1"],
    ["Bulk-ESG-Social-Jsonl", "other", "Init-3"],
  ]);
});

test("while the newest Init is PENDING the one before it counts", () => {
  const [chain] = latestInitChain([
    delivery("Init", 0, 1),
    delivery("Delta", 1, 2),
    delivery("Init", 0, 8, { status: "PENDING" }),
  ]);
  expect(chain?.init?.id).toBe("Init-1");
  expect(ids(chain?.deltas ?? [])).toEqual(["Delta-2"]);
  expect(ids(chain?.pending ?? [])).toEqual(["Init-8"]);
});

test("a series without an Init has all its Deltas, with the gaps between them", () => {
  const [chain] = latestInitChain([delivery("Delta", 4, 5), delivery("Delta", 1, 2)]);
  expect(chain?.init).toBeUndefined();
  expect(ids(chain?.deltas ?? [])).toEqual(["Delta-2", "Delta-5"]);
  expect(chain?.gaps).toHaveLength(1);
});

test("without content times the name's date orders them, and no gap is made up", () => {
  const bare = { contentFrom: undefined, contentTo: undefined, created: undefined };
  const [chain] = latestInitChain([
    delivery("Delta", 0, 9, bare),
    delivery("Init", 0, 7, bare),
    delivery("Delta", 0, 6, bare),
    delivery("Delta", 20, 21),
  ]);
  expect(chain?.init?.id).toBe("Init-7");
  expect(ids(chain?.deltas ?? [])).toEqual(["Delta-9", "Delta-21"]);
  expect(chain?.gaps).toEqual([]);
});

test("file sets whose names show no kind stay, each a chain of its own", () => {
  const weeks = [3, 10, 17].map((number) =>
    someFileSet(number, {
      name: `RFT-ESG-PIT-SDI-2026-11-${String(number).padStart(2, "0")}`,
      contentFrom: undefined,
      contentTo: undefined,
      created: day(number + 1),
    }),
  );
  const [chain] = latestInitChain(weeks);
  expect(chain).toMatchObject({ init: undefined, deltas: [], gaps: [] });
  expect(ids(chain?.others ?? [])).toEqual(ids(weeks.toReversed()));
});

const someDelivery = fc
  .record({
    kind: fc.constantFrom("Init" as const, "Delta" as const),
    from: fc.integer({ min: 1, max: 20 }),
    days: fc.integer({ min: 1, max: 4 }),
    ready: fc.boolean(),
  })
  .map(({ kind, from, days, ready }) =>
    delivery(kind, from, from + days, {
      id: `${kind} ${from} ${days} ${ready}`,
      status: ready ? "READY" : "PENDING",
    }),
  );

test("whatever comes, in whatever order: one chain, the newest Init, and gaps that nothing covers", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(someDelivery, { selector: ({ id }) => id, minLength: 1 }),
      (sets) => {
        const chains = latestInitChain(sets);
        expect(chains).toHaveLength(1);
        const [chain] = chains;
        if (!chain) return;
        const inits = sets.filter((set) => set.name.includes("Init") && set.status === "READY");
        expect(chain.init === undefined).toBe(inits.length === 0);
        for (const init of inits) {
          expect(String(chain.init?.contentTo) >= String(init.contentTo)).toBe(true);
        }
        const members = chainMembers(chain);
        expect(new Set(ids(members)).size).toBe(members.length);
        const applied = chain.init ? [chain.init, ...chain.deltas] : chain.deltas;
        for (const gap of chain.gaps) {
          expect(gap.from < gap.to).toBe(true);
          expect(chain.deltas).toContain(gap.before);
          const covering = applied.filter(
            ({ contentFrom = "", contentTo = "" }) =>
              contentFrom <= gap.from && contentTo >= gap.to,
          );
          expect(covering).toEqual([]);
        }
        expect(latestInitChain(sets.toReversed()).map(chainMembers).map(ids)).toEqual([
          ids(members),
        ]);
      },
    ),
  );
});
