import type { RecordKind } from "../model/entities.ts";
import type { Random } from "../model/random.ts";

const isins = (random: Random) =>
  `${random.pick(["GB", "US", "DE", "FR", "JP", "CH"])}${String(random.below(10 ** 9)).padStart(10, "0")}`;
const rics = (random: Random) =>
  `${random.pick(["ABX", "BRW", "CDN", "DLT", "EVO", "FNX"])}${random.below(100)}${random.pick([".L", ".N", ".DE", ".PA", ".T"])}`;
const organizations = (random: Random) =>
  `${random.pick(["Alder", "Birch", "Cedar", "Elm", "Hazel", "Larch", "Maple", "Rowan"])} ${random.pick(["Energy", "Foods", "Holdings", "Marine", "Metals", "Systems"])} ${random.pick(["AG", "Inc", "Ltd", "PLC", "SA"])}`;
const dates = (random: Random) =>
  `20${10 + random.below(15)}-${String(1 + random.below(12)).padStart(2, "0")}-${String(1 + random.below(28)).padStart(2, "0")}`;

const permIds = (random: Random) => 4_295_000_000 + random.below(10 ** 7);

const column = (name: string, value: RecordColumn["value"]): RecordColumn => ({ name, value });

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

/** Verified: JSON levels and names, as far as a sample reads them. */
const esgScores: RecordShape = {
  longestLineBytes: 1024,
  columns: [
    keyColumn("ObjectId"),
    column("StatementDetails.OrganizationId", permIds),
    column("StatementDetails.FinancialPeriodFiscalYear", (random) => 2015 + random.below(10)),
    column("StatementDetails.FinancialPeriodEndDate", dates),
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

/** Verified: JSON levels and names, as far as a sample reads them. */
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

interface RecordColumn {
  /** In JSON a dot opens an object, and "0" is the only item of a list. */
  name: string;
  value(random: Random): string | number;
}

export interface RecordShape {
  columns: readonly RecordColumn[];
  /** Of CSV rows; default ",". */
  delimiter?: string;
  /** Default 512. */
  longestLineBytes?: number;
}

export type LineFormat = "jsonl" | "csv";

/** Replaced by a record's own key. */
export const keyPlaceholder = "0000000000000000";

/** Makes every record unique; each shape has exactly one. */
function keyColumn(name: string): RecordColumn {
  return { name, value: () => keyPlaceholder };
}

function csvCell(value: string | number, delimiter: string): string {
  const text = String(value);
  return text.includes(delimiter) || text.includes('"') ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Empty for JSON lines. */
export function headerLine(shape: RecordShape, format: LineFormat): string {
  if (format === "jsonl") return "";
  return `${shape.columns.map((column) => column.name).join(shape.delimiter ?? ",")}\n`;
}

/** What a line of JSON is made of: texts, and the columns whose values stand between them. */
type Template = readonly (string | number)[];

interface Place {
  column: number;
  path: readonly string[];
}

function templateOf(places: readonly Place[]): Template {
  const [first] = places;
  if (first?.path.length === 0) return [first.column];
  const members = new Map<string, Place[]>();
  for (const { column, path } of places) {
    const [name = "", ...rest] = path;
    const member = members.get(name) ?? [];
    member.push({ column, path: rest });
    members.set(name, member);
  }
  const item = members.get("0");
  if (item) return ["[", ...templateOf(item), "]"];
  const parts = [...members].flatMap(([name, inner], index) => [
    `${index === 0 ? "" : ","}${JSON.stringify(name)}:`,
    ...templateOf(inner),
  ]);
  return ["{", ...parts, "}"];
}

const templates = new WeakMap<RecordShape, Template>();

/** Made once for each shape, because a file has many lines. */
function templateFor(shape: RecordShape): Template {
  const known = templates.get(shape);
  if (known) return known;
  const places = shape.columns.map(({ name }, column) => ({ column, path: name.split(".") }));
  const made = templateOf(places);
  templates.set(shape, made);
  return made;
}

/** One line, with the placeholder as its key. */
export function recordLine(shape: RecordShape, format: LineFormat, random: Random): string {
  const values = shape.columns.map((column) => column.value(random));
  if (format === "jsonl") {
    const parts = templateFor(shape).map((part) =>
      typeof part === "string" ? part : JSON.stringify(values[part]),
    );
    return `${parts.join("")}\n`;
  }
  const delimiter = shape.delimiter ?? ",";
  return `${values.map((value) => csvCell(value, delimiter)).join(delimiter)}\n`;
}
