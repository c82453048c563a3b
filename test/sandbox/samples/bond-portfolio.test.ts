import * as v from "valibot";
import { expect, it } from "vitest";
import { downloadByRedirect, get, openForSample, signInByForm, variablesOf } from "./steps.ts";
import { type Answer, type Step, walk } from "./walk.ts";

/*
 * The notebook "Bond Portfolio ESG": it joins bonds with the scores of their issuers, by what it
 * reads of two files of JSON lines.
 */

const bonds = v.object({
  Identifiers: v.pipe(v.array(v.object({ IdentifierValue: v.string() })), v.minLength(1)),
  EsgCoverage: v.object({
    EsgStatementParentOrganization: v.object({
      ObjectId: v.number(),
      PartyName: v.object({
        Names: v.pipe(v.array(v.object({ NormalizedName: v.string() })), v.minLength(1)),
      }),
    }),
  }),
});

const score = v.object({ Value: v.number() });
const scores = v.object({
  StatementDetails: v.object({
    OrganizationId: v.number(),
    FinancialPeriodFiscalYear: v.number(),
  }),
  ESGScores: v.object({
    ESGCombinedScore: score,
    ESGScore: score,
    EnvironmentPillarScore: score,
    ESGResourceUseScore: score,
    ESGEmissionsScore: score,
    ESGInnovationScore: score,
    SocialPillarScore: score,
    ESGWorkforceScore: score,
    ESGHumanRightsScore: score,
    ESGCommunityScore: score,
    ESGProductResponsibilityScore: score,
    GovernancePillarScore: score,
    ESGManagementScore: score,
    ESGShareholdersScore: score,
    ESGCsrStrategyScore: score,
    ESGCControversiesScore: score,
  }),
});

/** The first set of a content type that has all words in its name, and its first file. */
const chosen = (bucket: string, contentType: string, words: readonly string[]): Step =>
  get(
    `/file-store/v1/file-sets?bucket=${bucket}&pageSize=100&attributes=ContentType:${contentType}`,
    {
      keep: {
        fileId(answer) {
          const sets = answer.list("value");
          const index = sets.findIndex(({ name }) =>
            words.every((word) => String(name).includes(word)),
          );
          return String(answer.at(`value.${index}.files.0`));
        },
      },
    },
  );

const files = [
  {
    what: "bonds and their issuers",
    step: chosen("bulk-symbology", "Symbology%20BondISINSusFinMapping", [
      "Bond",
      "ISIN",
      "Json",
      "Init",
    ]),
    record: bonds,
  },
  {
    what: "scores",
    step: chosen("bulk-ESG", "ESG%20Scores", ["Scores-Full", "Init", "Jsonl"]),
    record: scores,
  },
];

it.each(files)("finds and reads the file of $what", async ({ step, record }) => {
  const sandbox = await openForSample();
  const read = (answer: Answer) => {
    const lines = answer.lines();
    expect(lines.length).toBeGreaterThan(1000);
    for (const line of lines) v.assert(record, JSON.parse(line));
  };
  await walk(
    sandbox.host,
    [signInByForm, step, ...downloadByRedirect(sandbox, read)],
    variablesOf(sandbox),
  );
});
