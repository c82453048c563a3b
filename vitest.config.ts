import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.{ts,tsx}"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    pool: "forks",
    // One for each core, where vitest leaves a core free: most tests wait for the programs that they run.
    maxWorkers: availableParallelism(),
  },
});
