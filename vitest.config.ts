import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.{ts,tsx}"],
    // They only end what would hang for ever: how long a test takes is no matter on a busy machine.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: "forks",
    // One for each core, where vitest leaves a core free: most tests wait for the programs that they run.
    maxWorkers: availableParallelism(),
  },
});
