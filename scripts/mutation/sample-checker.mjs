import { relative } from "node:path";
import { isInSample, order } from "./sample.mjs";

/** Rejects each mutant outside the sample as a type checker would, because Stryker has no sampling. */
const sampleChecker = {
  init: async () => undefined,
  group: async (mutants) => [mutants.map(({ id }) => id)],
  check: async (mutants) =>
    Object.fromEntries(mutants.map((mutant) => [mutant.id, answer(mutant)])),
};

function answer({ fileName, location: { start }, mutatorName, replacement }) {
  const file = relative(process.cwd(), fileName);
  // Lines and columns count from 0 here, and from 1 in the results.
  const place = { file, line: start.line + 1, column: start.column + 1 };
  return isInSample({ ...place, mutatorName, replacement }, order)
    ? { status: "passed" }
    : { status: "compileError", reason: "not in the sample" };
}

export const strykerPlugins = [{ kind: "Checker", name: "sample", value: sampleChecker }];
