import { defineConfig } from "vitest/config";
import { order } from "./sample.mjs";

export default defineConfig({
  test: {
    include: order.tests,
    // These tests run the built program, which has no mutants.
    testNamePattern: /^(?!several processes|the terminal program)/,
    testTimeout: 120_000,
  },
});
