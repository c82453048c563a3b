import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The slowest files start first, so that no core is idle while the last ones finish. */
const longest = [
  ...["torture", "faults", "release", "simulation", "documents", "trust", "crash", "transfer"],
  "commands",
];

/** Files that run alone come last: vitest ends a worker that shares modules when the next file cannot use them. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification) => {
      const at = longest.findIndex((folder) => moduleId.includes(`/test/${folder}/`));
      const ofFolder = at === -1 ? longest.length : at;
      return project.config.isolate ? longest.length + 1 + ofFolder : ofFolder;
    };
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

const all = readdirSync(new URL("test", import.meta.url), { encoding: "utf8", recursive: true })
  .filter((path) => /\.test\.tsx?$/.test(path))
  .map((path) => `test/${path}`);

/**
 * What reaches beyond a file if its worker runs other files too: replaced modules and functions, signals that
 * other listeners get, and a fixture that is overridden at the top level, because that changes the imported
 * `test` itself.
 */
const reachesOut =
  /\bvi\.(mock|spyOn|stub\w+|setConfig|useFakeTimers)\(|\bprocess\.emit\(|^(\w.*| {2})\.override\(/m;

/**
 * All other files share the modules that a worker has loaded, because loading them takes longer than most
 * tests. They leave no state behind.
 */
const alone = all.filter(
  (path) =>
    // Its 10,000 texts would be searched for the secrets of all files before it.
    path === "test/trust/properties.test.ts" ||
    reachesOut.test(readFileSync(new URL(path, import.meta.url), "utf8")),
);

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: "shared", include: all, exclude: alone, isolate: false } },
      { extends: true, test: { name: "alone", include: alone } },
    ],
    // They only end what would hang for ever: how long a test takes is no matter on a busy machine.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    pool: "forks",
    // More than cores, where vitest leaves a core free: most tests wait for the programs that they run.
    maxWorkers: availableParallelism() + 2,
    sequence: { sequencer: LongestFirst },
  },
});
