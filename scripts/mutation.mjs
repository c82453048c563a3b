import { relative } from "node:path";
import { parseArgs } from "node:util";
import { Stryker } from "@stryker-mutator/core";
import { areas } from "./mutation/areas.mjs";
import { isInSample } from "./mutation/sample.mjs";

const usage = `npm run mutation [-- --area NAME]… [--share N] [--seed N]

Lets Stryker change operators, conditions, literals and blocks of the program one at a time, and counts the
changes that the tests in one process notice. To try all changes would take days, so the seed chooses a share
of them (default 0.1). The areas are ${Object.keys(areas).join(", ")}; by default all of them.
`;
const { values } = parseArgs({
  options: {
    area: { type: "string", multiple: true, default: Object.keys(areas) },
    share: { type: "string", default: "0.1" },
    seed: { type: "string", default: "1" },
    help: { type: "boolean" },
  },
});
if (values.help) {
  process.stdout.write(usage);
  process.exit();
}
const sample = { share: Number(values.share), seed: values.seed };

async function resultsOf({ mutate, tests }) {
  process.env.CFS_MUTATION = JSON.stringify({ tests, ...sample });
  const stryker = new Stryker({
    plugins: ["@stryker-mutator/vitest-runner", "./scripts/mutation/sample-checker.mjs"],
    checkers: ["sample"],
    testRunner: "vitest",
    vitest: { configFile: "scripts/mutation/vitest.config.ts" },
    coverageAnalysis: "perTest",
    mutate,
    // These tests do not check the text of errors; code that runs once on load takes too long to test.
    mutator: { excludedMutations: ["StringLiteral"] },
    ignoreStatic: true,
    concurrency: 1,
    timeoutMS: 60_000,
    dryRunTimeoutMinutes: 30,
    // Stryker reads this file through an interface that TypeScript 7 lacks.
    tsconfigFile: "none",
    disableTypeChecks: false,
    reporters: [],
    logLevel: "error",
    ignorePatterns: ["dist"],
  });
  const results = await stryker.runMutationTest();
  return results.map(toResult).filter((each) => isInSample(each, sample));
}

function toResult({ fileName, location: { start }, mutatorName, replacement, status }) {
  const file = relative(process.cwd(), fileName);
  return { file, ...start, mutatorName, replacement, status };
}

const counted = {
  noticed: ["Killed", "Timeout", "RuntimeError"],
  survived: ["Survived"],
  uncovered: ["NoCoverage"],
};

function rowOf(title, results) {
  const count = (name) => results.filter(({ status }) => counted[name].includes(status)).length;
  const [noticed, survived, uncovered] = Object.keys(counted).map(count);
  const all = noticed + survived + uncovered;
  const score = all === 0 ? "–" : `${Math.round((noticed / all) * 100)} %`;
  return `| ${title} | ${noticed} | ${survived} | ${uncovered} | ${score} |\n`;
}

for (const name of values.area) {
  const results = await resultsOf(areas[name]);
  process.stdout.write("| file | noticed | survived | not covered | score |\n");
  process.stdout.write("| --- | --- | --- | --- | --- |\n");
  for (const file of new Set(results.map((each) => each.file)))
    process.stdout.write(
      rowOf(
        file,
        results.filter((each) => each.file === file),
      ),
    );
  process.stdout.write(rowOf(name, results));
  for (const { file, line, column, mutatorName, replacement, status } of results)
    if (["Survived", "NoCoverage"].includes(status))
      process.stdout.write(`${status} ${file}:${line}:${column} ${mutatorName}: ${replacement}\n`);
}
