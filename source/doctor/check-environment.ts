import { AppError } from "../base/errors.ts";
import { leastNode, version } from "../base/version.ts";
import { type Environment, readEnvironment } from "../config/environment.ts";
import { variableRecords } from "../config/variables.ts";
import { closestWord } from "../domain/closest-word.ts";
import { type DoctorContext, type Finding, ok, problem, warning } from "./finding.ts";

export interface EnvironmentDiagnosis {
  findings: Finding[];
  /** Invalid variables count as not set. */
  environment: Environment;
}

const check = "environment";
const ours = /^(?:RDP|CFS)_|_proxy$/i;

/** If `ready` throws, each variable is read by itself so that every invalid one is reported. */
export function checkEnvironment(
  ready: () => Environment,
  { variables, flags }: Pick<DoctorContext, "variables" | "flags">,
): EnvironmentDiagnosis {
  const named = Object.entries(variables).filter(([name, value]) => ours.test(name) && value);
  const right: Record<string, string | undefined> = { ...variables };
  const wrong: Finding[] = [];
  let environment: Environment;
  try {
    environment = ready();
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    for (const [name, value] of named) {
      const refusal = refusalOf(name, value);
      if (refusal === undefined) continue;
      wrong.push(refusal);
      delete right[name];
    }
    environment = readEnvironment(right, flags);
  }
  const findings = [...wrong, ...unknownVariables(named.map(([name]) => name))];
  if (findings.length > 0) return { environment, findings };
  const names = named.map(([name]) => name).sort();
  const found = names.length === 0 ? "no variable of this program is set" : names.join(", ");
  return { environment, findings: [ok(check, found)] };
}

function refusalOf(name: string, value: string | undefined): Finding | undefined {
  try {
    readEnvironment({ [name]: value });
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    const { kind, answered, advice } = thrown;
    return problem(check, kind, `${name}: ${answered}`, advice ?? "Correct it, or leave it out.");
  }
}

const known = variableRecords.flatMap(({ names }) => names);

/** Misspelt variables would otherwise be ignored silently. */
function unknownVariables(names: readonly string[]): Finding[] {
  return names
    .filter((name) => /^(?:RDP|CFS)_/.test(name) && !known.includes(name))
    .map((name) => {
      const closest = closestWord(name, known);
      const advice =
        closest === undefined ? "This program ignores it." : `Did you mean ${closest}?`;
      return warning(check, `${name} is not a variable of this program`, advice);
    });
}

/** `nodeVersion` is process.version: "v20.20.2". */
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
