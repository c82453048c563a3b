import { expect, it } from "vitest";
import { leastNode } from "../../source/base/version.ts";
import { checkNode } from "../../source/doctor/check-environment.ts";

it.each([
  [`v${leastNode}.0`, "ok"],
  ["v99.0.0", "ok"],
  ["v20.2.9", "problem"],
  ["v18.20.8", "problem"],
])("Node %s is %s", (version, status) => {
  const { advice, status: found } = checkNode(version, "linux x64");
  expect(found).toBe(status);
  expect(advice).toBe(status === "ok" ? undefined : `Install Node ${leastNode} or newer.`);
});
