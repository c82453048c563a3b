import { expect, it } from "vitest";
import { explore } from "./explore.ts";
import { targets } from "./targets.ts";

const manyRuns = 2_000;
const fewRuns = 500;
const seed = 1;

it.each(targets)(
  "$name keep their promises for the corpus and new inputs; more by npm run fuzz",
  async (target) => {
    const runs = target.isSlow ? fewRuns : manyRuns;
    const { finding } = await explore(target, { runs, seed });
    expect(finding && { ...finding, input: finding.input.toString("latin1") }).toBeUndefined();
  },
);
