import { expect, test } from "vitest";
import { parseFilter } from "../../source/domain/filter-words.ts";
import { matchSpans } from "../../source/ui/spans.ts";

const marked = (shown: string, filter: string, whole?: string) =>
  matchSpans(shown, parseFilter(filter), "plain", whole)
    .map(({ text, tone }) => (tone === "match" ? `[${text}]` : text))
    .join("");

test.each([
  ["Bulk-ESG-Init", "esg", undefined, "Bulk-[ESG]-Init"],
  ["Bul…Init", "init", "Bulk-ESG-Init", "Bul…[Init]"],
  ["Bul…Init", "esg", "Bulk-ESG-Init", "Bul[…]Init"],
  ["…ESG…Init", "~be", "Bulk-ESG-Init", "[…][E]SG…Init"],
  ["Bul…Init", "-init", "Bulk-ESG-Init", "Bul[…][Init]"],
  ["Social · Csv", "csv", "Bulk-ESG-Social-Csv-Init-2026-11-22", "Social · [Csv]"],
  ["Social · Csv", "social-csv", "Bulk-ESG-Social-Csv-Init-2026-11-22", "[Social][ · ][Csv]"],
  ["Social · Csv", "esg", "Bulk-ESG-Social-Csv-Init-2026-11-22", "Social · Csv"],
  ["a…b", "b", "a…b…b", "a[…][b]"],
])("%j with %j of %j is %j", (shown, filter, whole, expected) => {
  expect(marked(shown, filter, whole)).toBe(expected);
});
