import fs from "node:fs";
import path from "node:path";
import { codesPromised } from "./failures.ts";
import type { Scenario } from "./scenario.ts";
import { namesIn, type Outcome, type Stage } from "./stage.ts";

/** The result of the call without a fault. */
export interface Baseline {
  code: number | null;
  stdout: string;
  /** The number of files in its folder that are open at the end. */
  leftOpen: number;
  /** Names of all files after the call was repeated. */
  names: readonly string[];
}

const unfinished = /\.(part|journal|lock|guard|new|tmp-[^/]*)$|\.part\.|[0-9a-f]{8}-[0-9a-f]{4}-/;

/** The problem with the call that met the fault; undefined if it kept its promises. */
export async function problemOf(
  scenario: Scenario,
  stage: Stage,
  kinds: readonly string[],
  outcome: Outcome,
  baseline: Baseline,
): Promise<string | undefined> {
  const { code, stderr, stdout } = outcome;
  if (outcome.hung) return "it hung";
  const promised = [baseline.code, 0, ...kinds.flatMap(codesPromised), ...(scenario.codes ?? [])];
  if (!promised.includes(code)) return `it ended with ${code}: ${stderr}`;
  const isOutput = kinds.includes("output");
  if (code !== 0 && code !== baseline.code && !isOutput) {
    const problem = problemOfWords(stderr, stage.root);
    if (problem !== undefined) return `${problem}: ${stderr}`;
  }
  const wrong = await wrongFile(scenario, stage);
  if (wrong !== undefined) return wrong;
  // A terminal that accepts no more output cannot be restored.
  if (stderr.includes("not given back") && !isOutput) return stderr;
  if (code !== 0 || baseline.code !== 0 || isOutput || scenario.steps) return undefined;
  if (scenario.repeats && stdout !== baseline.stdout) return `it printed something else: ${stdout}`;
  return missingOf(scenario, stage);
}

/**
 * A message has a sentence, and neither a stack trace nor an internal value. The letters of a temporary folder
 * are random, so `root` is not read as a part of the message.
 */
export function problemOfWords(message: string, root: string): string | undefined {
  const stderr = message.replaceAll(root, "FOLDER");
  if (stderr === "") return "it printed no message";
  if (/^\s+at |undefined|\[object|NaN|X-Amz|eyJ/m.test(stderr)) return "it is no sentence";
  const lines = stderr.split("\n").filter((line) => line !== "");
  const isSentence = (line: string) => /[.:?]$|^cfs ended because of a fault\. /.test(line);
  return lines.some(isSentence) ? undefined : "it is no sentence";
}

/** A final name holds only right bytes, and files of others stay. */
async function wrongFile(scenario: Scenario, stage: Stage): Promise<string | undefined> {
  for (const [name, text] of stage.others) {
    const file = path.join(stage.root, name);
    if (!fs.existsSync(file)) return `${name}, which is not the program's, is gone`;
    if (fs.readFileSync(file, "utf8") !== text)
      return `${name}, which is not the program's, is changed`;
  }
  if (scenario.uploads) {
    for (const [name, right] of await stage.wanted()) {
      const stored = stage.store.objects.get(`esg/${name}`);
      if (stored !== undefined && !stored.body.equals(right)) return `${name} is stored wrong`;
    }
  }
  if (!scenario.downloads) return undefined;
  const wanted = await stage.wanted();
  for (const [name, right] of wanted) {
    const file = path.join(stage.folder, name);
    if (!fs.existsSync(file)) continue;
    const bytes = fs.readFileSync(file);
    if (!bytes.equals(right) && !isOlder(scenario, bytes)) return `${name} is wrong`;
  }
  return undefined;
}

/** True if the bytes may be those of a file from before the call. */
function isOlder({ prepare }: Scenario, bytes: Buffer): boolean {
  return prepare !== undefined && bytes.length > 0;
}

async function missingOf(scenario: Scenario, stage: Stage): Promise<string | undefined> {
  if (scenario.downloads) return missingFile(stage);
  if (!scenario.uploads) return undefined;
  const names = [...(await stage.wanted()).keys()];
  const missing = names.find((name) => !stage.store.objects.has(`esg/${name}`));
  return missing && `it ended with 0, and ${missing} is not stored`;
}

async function missingFile(stage: Stage): Promise<string | undefined> {
  for (const [name, right] of await stage.wanted()) {
    const file = path.join(stage.folder, name);
    if (!fs.existsSync(file)) return `it ended with 0, and ${name} does not exist`;
    if (!fs.readFileSync(file).equals(right)) return `it ended with 0, and ${name} has other bytes`;
  }
  return undefined;
}

/** Damaged settings that were moved aside have the time in their name. */
function withoutTime(name: string): string {
  return name.replace(/damaged-\d+/, "damaged");
}

/** The system clears its temporary folder; cache eviction removes half-written listings after an hour. */
function isLeftToOthers(name: string): boolean {
  return /^cfs-demo-|\/cache\/.*\.jsonl\.[0-9a-f]{12}$/.test(name);
}

/** A user who quits before the downloads end keeps the rest for the next start. */
function isQueue(name: string): boolean {
  return /^settings\/transfers-[^/]*\.json$/.test(name);
}

/** The problem after the same call was repeated without a fault. */
export async function problemAfter(
  scenario: Scenario,
  stage: Stage,
  outcome: Outcome,
  baseline: Baseline,
): Promise<string | undefined> {
  if (outcome.hung) return "the next call hung";
  if (outcome.code !== 0 && outcome.code !== baseline.code)
    return `the next call ended with ${outcome.code}: ${outcome.stderr}`;
  const wrong = (await wrongFile(scenario, stage)) ?? (await missingOf(scenario, stage));
  if (wrong !== undefined) return `after the next call: ${wrong}`;
  const known = new Set(baseline.names.map(withoutTime));
  const more = namesIn(stage).filter(
    (name) =>
      !known.has(withoutTime(name)) && !isLeftToOthers(name) && !(scenario.steps && isQueue(name)),
  );
  const left = more.filter((name) => unfinished.test(name));
  if (left.length > 0) return `leftovers after the next call: ${left.join(", ")}`;
  if (more.length > 0) return `unexpected files after the next call: ${more.join(", ")}`;
  return undefined;
}
