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
    // Where others use the machine too, a program that is waited for may be late by chance: then the test
    // is run once more, and its line says so.
    retry: process.env.CI === undefined ? 0 : 1,
  },
});
