import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The slowest files start first, so that no core is idle while one of them finishes. */
const longest = ["torture", "faults", "release", "simulation", "trust", "crash", "commands"];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = longest.findIndex((folder) => moduleId.includes(`/test/${folder}/`));
      return at === -1 ? longest.length : at;
    };
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

const filesIn = (folder: string) => `test/${folder}/**/*.test.{ts,tsx}`;

/**
 * Their files share the modules that a worker has loaded, because loading them takes longer than the tests.
 * They must not replace a module or leave state behind.
 */
const shared = [
  ...[
    "api",
    "architecture",
    "base",
    "documents",
    "domain",
    "keys",
    "listing-cache",
    "mutants",
    "network",
  ],
  ...["objects", "preview", "push", "sandbox", "screens", "store", "stream", "sync", "text", "ui"],
].map(filesIn);

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: "shared", include: shared, isolate: false } },
      { extends: true, test: { name: "alone", include: [filesIn("*")], exclude: shared } },
    ],
    // They only end what would hang for ever: how long a test takes is no matter on a busy machine.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: "forks",
    // One for each core, where vitest leaves a core free: most tests wait for the programs that they run.
    maxWorkers: availableParallelism(),
    sequence: { sequencer: LongestFirst },
  },
});
