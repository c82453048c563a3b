import { leastNode, version } from "../base/version.ts";
import { type Finding, ok, problem } from "./finding.ts";

/** `nodeVersion` as Node tells it: "v20.20.2". */
export function checkNode(nodeVersion: string, platform: string): Finding {
  const found = `cfs ${version} on Node ${nodeVersion}, ${platform}`;
  return isAtLeast(nodeVersion.replace(/^v/, ""), leastNode)
    ? ok("node", found)
    : problem("node", "unexpected", found, `Install Node ${leastNode} or newer.`);
}

function isAtLeast(given: string, least: string): boolean {
  const [major = 0, minor = 0] = given.split(".").map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.split(".").map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}
