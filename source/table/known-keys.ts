/** Keys by series, as LSEG's own data library has them. csv may name the last fields only. */
const knownKeys: readonly { series: RegExp; key: readonly string[] }[] = [
  {
    series: /^Bulk-ESG-.*-Scores-/i,
    key: ["StatementDetails.OrganizationId", "StatementDetails.FinancialPeriodEndDate"],
  },
];

export function knownKey(series: string): readonly string[] | undefined {
  return knownKeys.find((known) => known.series.test(series))?.key;
}
