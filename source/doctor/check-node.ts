import { version } from "../version.ts";
import { type Finding, ok, problem } from "./finding.ts";

/** The lowest major version of Node that the program runs on. */
const leastMajor = 20;

export function checkNode(nodeVersion: string, platform: string): Finding {
  const found = `cfs ${version} on Node ${nodeVersion}, ${platform}`;
  const major = Number(/\d+/.exec(nodeVersion)?.[0]);
  return major >= leastMajor
    ? ok("node", found)
    : problem("node", "unexpected", found, `Install Node ${leastMajor} or newer.`);
}
