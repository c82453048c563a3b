import { relative } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { order } from "./sample.mjs";

/** Runs the files in the order of their area, so that most changes are noticed by the first of them. */
class InOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const file = relative(process.cwd(), moduleId);
      return order.tests.findIndex((pattern) => file.startsWith(pattern.replace("*.test.ts", "")));
    };
    return files.toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    include: order.tests,
    // These tests run the built program, which has no mutants.
    testNamePattern: /^(?!several processes|the terminal program)/,
    // A change that makes a test wait for ever ends only the test, so that the next one need not load everything again.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    sequence: { sequencer: InOrder },
  },
});
