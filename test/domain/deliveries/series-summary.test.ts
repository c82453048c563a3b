import { expect, test } from "vitest";
import { latestInitChain } from "../../../source/domain/deliveries/chain.ts";
import {
  type SeriesSummary,
  summaryOf,
  weeklyDeliveries,
  weeklyShares,
} from "../../../source/domain/deliveries/series-summary.ts";
import { someFileSet } from "../../support/fakes/listings.ts";

const day = (number: number) => `2026-11-${String(number).padStart(2, "0")}T00:00:00Z`;

function summaryFrom(...deliveries: [kind: string, from: number, to: number][]): SeriesSummary {
  const [chain] = latestInitChain(
    deliveries.map(([kind, from, to], index) =>
      someFileSet(index, {
        name: `Social-${kind}-${day(to)}`,
        contentFrom: day(from),
        contentTo: day(to),
      }),
    ),
  );
  if (!chain) throw new Error("no chain");
  return summaryOf(chain);
}

test.each<[string | undefined, SeriesSummary]>([
  ["whole", summaryFrom(["Init", 1, 2], ["Delta", 2, 3], ["Delta", 3, 4])],
  ["gap", summaryFrom(["Init", 1, 2], ["Delta", 4, 5])],
  ["2 gaps", summaryFrom(["Init", 1, 2], ["Delta", 4, 5], ["Delta", 7, 8])],
  ["no Init", summaryFrom(["Delta", 2, 3])],
  [undefined, summaryFrom(["", 1, 2])],
])("a chain is %s", (text, chain) => {
  expect(chain.state).toBe(text);
});

test("kinds are counted, also those before the newest Init", () => {
  const chain = summaryFrom(["Delta", 1, 2], ["Init", 1, 3], ["Delta", 3, 4], ["", 4, 5]);
  expect(chain.kinds).toBe("1 Init, 2 Delta, 1 other");
  expect(summaryFrom(["", 1, 2], ["", 2, 3]).kinds).toBe("2 file sets");
});

test("a strip counts the deliveries of the last twelve weeks, the newest week last", () => {
  const chain = summaryFrom(["Init", 1, 1], ["Delta", 1, 2], ["Delta", 14, 15]);
  const nowMs = Date.parse(day(16));
  expect(weeklyDeliveries(chain, nowMs).slice(-4)).toEqual([0, 2, 0, 1]);
  expect(weeklyShares(chain, nowMs).slice(-4)).toEqual([undefined, 1, undefined, 0.5]);
  const twelveWeeksLater = nowMs + 84 * 24 * 3_600_000;
  expect(weeklyDeliveries(chain, twelveWeeksLater)).toEqual(Array.from({ length: 12 }, () => 0));
});

test("a delivery whose content ends after now counts in the last week", () => {
  const counts = weeklyDeliveries(summaryFrom(["Init", 1, 9]), Date.parse(day(8)));
  expect(counts.at(-1)).toBe(1);
});
