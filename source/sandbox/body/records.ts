import type { Random } from "../model/random.ts";
import { type Column, keyColumn, type RecordShape } from "./columns.ts";

/** The kinds of content that the sandbox invents records for. */
export type RecordKind =
  | "esg"
  | "esg-scores"
  | "symbology"
  | "bond-mapping"
  | "reference"
  | "ticks"
  | "green-revenue"
  | "starmine"
  | "municipal";

const isins = (random: Random) =>
  `${random.pick(["GB", "US", "DE", "FR", "JP", "CH"])}${String(random.below(10 ** 9)).padStart(10, "0")}`;
const rics = (random: Random) =>
  `${random.pick(["ABX", "BRW", "CDN", "DLT", "EVO", "FNX"])}${random.below(100)}${random.pick([".L", ".N", ".DE", ".PA", ".T"])}`;
const organizations = (random: Random) =>
  `${random.pick(["Alder", "Birch", "Cedar", "Elm", "Hazel", "Larch", "Maple", "Rowan"])} ${random.pick(["Energy", "Foods", "Holdings", "Marine", "Metals", "Systems"])} ${random.pick(["AG", "Inc", "Ltd", "PLC", "SA"])}`;
const dates = (random: Random) =>
  `20${10 + random.below(15)}-${String(1 + random.below(12)).padStart(2, "0")}-${String(1 + random.below(28)).padStart(2, "0")}`;

const permIds = (random: Random) => 4_295_000_000 + random.below(10 ** 7);

const column = (name: string, value: Column["value"]): Column => ({ name, value });

const esg: RecordShape = {
  columns: [
    keyColumn("ObjectId"),
    column("StatementDetails.OrganizationId", permIds),
    column("OrganizationName", organizations),
    column("FinancialPeriodEndDate", dates),
    column("ESGScore", (random) => random.between(0, 1, 6)),
    column("EnvironmentPillarScore", (random) => random.between(0, 1, 6)),
    column("SocialPillarScore", (random) => random.between(0, 1, 6)),
    column("GovernancePillarScore", (random) => random.between(0, 1, 6)),
    column("ESGCombinedScoreGrade", (random) => random.pick(["A+", "A", "B-", "B", "C+", "D"])),
  ],
};

/** Verified, as far as a sample reads them: levels and names in JSON. */
const esgScores: RecordShape = {
  longestLineBytes: 1024,
  columns: [
    keyColumn("ObjectId"),
    column("StatementDetails.OrganizationId", permIds),
    column("StatementDetails.FinancialPeriodFiscalYear", (random) => 2015 + random.below(10)),
    ...[
      "ESGCombinedScore",
      "ESGScore",
      "EnvironmentPillarScore",
      "ESGResourceUseScore",
      "ESGEmissionsScore",
      "ESGInnovationScore",
      "SocialPillarScore",
      "ESGWorkforceScore",
      "ESGHumanRightsScore",
      "ESGCommunityScore",
      "ESGProductResponsibilityScore",
      "GovernancePillarScore",
      "ESGManagementScore",
      "ESGShareholdersScore",
      "ESGCsrStrategyScore",
      "ESGCControversiesScore",
    ].map((name) => column(`ESGScores.${name}.Value`, (random) => random.between(0, 1, 3))),
  ],
};

const symbology: RecordShape = {
  columns: [
    keyColumn("ObjectId"),
    column("PermID", (random) => 8_590_000_000 + random.below(10 ** 8)),
    column("ISIN", isins),
    column("RIC", rics),
    column("CommonName", organizations),
    column("EffectiveFrom", dates),
    column("AssetStatus", (random) => random.pick(["Active", "Active", "Delisted"])),
  ],
};

/** Verified, as far as a sample reads them: levels and names in JSON. */
const bondMapping: RecordShape = {
  columns: [
    keyColumn("ObjectId"),
    column("Identifiers.0.IdentifierValue", isins),
    column("EsgCoverage.EsgStatementParentOrganization.ObjectId", permIds),
    column(
      "EsgCoverage.EsgStatementParentOrganization.PartyName.Names.0.NormalizedName",
      organizations,
    ),
  ],
};

const reference: RecordShape = {
  columns: [
    keyColumn("InstrumentKey"),
    column("ISIN", isins),
    column("RIC", rics),
    column("IssuerName", organizations),
    column("AssetClass", (random) => random.pick(["Equity", "Bond", "Fund", "Warrant"])),
    column("Currency", (random) => random.pick(["EUR", "GBP", "JPY", "USD"])),
    column("CouponRate", (random) => random.between(0, 9, 3)),
    column("MaturityDate", dates),
    column("RoundLotSize", (random) => random.pick([1, 10, 100])),
  ],
};

const ticks: RecordShape = {
  columns: [
    column("#RIC", rics),
    column("Domain", () => "Market Price"),
    column("Date-Time", (random) => `${dates(random)}T${clockTime(random)}Z`),
    column("Type", (random) => random.pick(["Trade", "Quote"])),
    column("Price", (random) => random.between(1, 900, 2)),
    column("Volume", (random) => random.below(20_000)),
    column("Bid Price", (random) => random.between(1, 900, 2)),
    column("Ask Price", (random) => random.between(1, 900, 2)),
    keyColumn("Original Ticker"),
  ],
};

function clockTime(random: Random): string {
  const pair = (limit: number) => String(random.below(limit)).padStart(2, "0");
  return `${pair(24)}:${pair(60)}:${pair(60)}.${String(random.below(10 ** 9)).padStart(9, "0")}`;
}

const greenRevenue: RecordShape = {
  columns: [
    keyColumn("ObjectId"),
    column("OrganizationId", permIds),
    column("OrganizationName", organizations),
    column("FiscalYear", (random) => 2015 + random.below(10)),
    column("GreenSector", (random) => random.pick(["Energy Generation", "Transport", "Water"])),
    column("GreenTier", (random) => 1 + random.below(3)),
    column("GreenRevenuePercent", (random) => random.between(0, 100, 2)),
  ],
};

const starmine: RecordShape = {
  columns: [
    keyColumn("EstimateKey"),
    column("RIC", rics),
    column("AsOfDate", dates),
    column("Measure", (random) => random.pick(["EPS", "EBITDA", "Revenue"])),
    column("SmartEstimate", (random) => random.between(-2, 20, 4)),
    column("MeanEstimate", (random) => random.between(-2, 20, 4)),
    column("PredictedSurprisePercent", (random) => random.between(-15, 15, 2)),
  ],
};

const municipal: RecordShape = {
  delimiter: "|",
  columns: [
    keyColumn("CUSIP"),
    column("STATE", (random) => random.pick(["CA", "FL", "NY", "TX", "WA"])),
    column("YIELD", (random) => random.between(1, 6, 3)),
    column("PRICE", (random) => random.between(80, 120, 3)),
    column("MATURITY", dates),
  ],
};

export const recordShapes: Readonly<Record<RecordKind, RecordShape>> = {
  esg,
  "esg-scores": esgScores,
  symbology,
  "bond-mapping": bondMapping,
  reference,
  ticks,
  "green-revenue": greenRevenue,
  starmine,
  municipal,
};
