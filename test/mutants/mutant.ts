/** A fault put into the program on purpose, and the test that must notice it. */
export interface Mutant {
  /** What the faulty program does. */
  name: string;
  file: string;
  /** A text that occurs once in the file, and its replacement. */
  replace: readonly [before: string, after: string];
  caughtBy: Catcher;
}

interface Catcher {
  file: string;
  /** Part of the full name of one or several tests. */
  name: string;
}

/** Vitest truncates values that it inserts into a title. */
const longestScenario = 30;

/** One of the power losses in test/crash/scenarios.ts. */
export function powerLoss(scenario: string): Catcher {
  const name = `leaves of '${scenario.slice(0, longestScenario)}`;
  return { file: "test/crash/crash.test.ts", name };
}
