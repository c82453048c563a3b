import { expect, test } from "vitest";
import { type DeliveryChain, latestInitChain } from "../../source/domain/delivery-chain.ts";
import {
  chainText,
  kindsText,
  weeklyDeliveries,
  weeklyShares,
} from "../../source/domain/series-summary.ts";
import { someFileSet } from "../support/fakes/listings.ts";

const day = (number: number) => `2026-11-${String(number).padStart(2, "0")}T00:00:00Z`;

function chainOf(...deliveries: [kind: string, from: number, to: number][]): DeliveryChain {
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
  return chain;
}

test.each<[string | undefined, DeliveryChain]>([
  ["whole", chainOf(["Init", 1, 2], ["Delta", 2, 3], ["Delta", 3, 4])],
  ["gap", chainOf(["Init", 1, 2], ["Delta", 4, 5])],
  ["2 gaps", chainOf(["Init", 1, 2], ["Delta", 4, 5], ["Delta", 7, 8])],
  ["no Init", chainOf(["Delta", 2, 3])],
  [undefined, chainOf(["", 1, 2])],
])("a chain is %s", (text, chain) => {
  expect(chainText(chain)).toBe(text);
});

test("kinds are counted, also those before the newest Init", () => {
  const chain = chainOf(["Delta", 1, 2], ["Init", 1, 3], ["Delta", 3, 4], ["", 4, 5]);
  expect(kindsText(chain)).toBe("1 Init, 2 Delta, 1 other");
  expect(kindsText(chainOf(["", 1, 2], ["", 2, 3]))).toBe("2 file sets");
});

test("a strip counts the deliveries of the last twelve weeks, the newest week last", () => {
  const chain = chainOf(["Init", 1, 1], ["Delta", 1, 2], ["Delta", 14, 15]);
  const nowMs = Date.parse(day(16));
  expect(weeklyDeliveries(chain, nowMs).slice(-4)).toEqual([0, 2, 0, 1]);
  expect(weeklyShares(chain, nowMs).slice(-4)).toEqual([undefined, 1, undefined, 0.5]);
  const twelveWeeksLater = nowMs + 84 * 24 * 3_600_000;
  expect(weeklyDeliveries(chain, twelveWeeksLater)).toEqual(Array.from({ length: 12 }, () => 0));
});

test("a delivery whose content ends after now counts in the last week", () => {
  const counts = weeklyDeliveries(chainOf(["Init", 1, 9]), Date.parse(day(8)));
  expect(counts.at(-1)).toBe(1);
});
