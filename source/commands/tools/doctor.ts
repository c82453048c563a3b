import { WriteStream } from "node:tty";
import { exitCodes } from "../../base/errors.ts";
import type { EnvironmentFlags } from "../../config/environment.ts";
import { diagnose } from "../../doctor/diagnose.ts";
import type { Finding, Screen } from "../../doctor/finding.ts";
import { counted } from "../../domain/readable.ts";
import { wrapWords } from "../../text/cells.ts";
import { type Call, type CommonOptions, createOutput } from "../console/call.ts";
import type { FindingJson } from "../console/json-records.ts";
import { ReportedFailures } from "../console/reported-failures.ts";

interface DoctorOptions extends CommonOptions, EnvironmentFlags {
  push?: boolean;
}

/** `cfs doctor`. With several problems the highest exit code counts. */
export async function doctor(options: DoctorOptions, call: Call): Promise<void> {
  const { caFile, profile, push = false } = options;
  const output = createOutput(call.stdout);
  const found: Finding[] = [];
  const context = {
    variables: process.env,
    flags: { caFile, profile },
    screen: screenOf(),
    checksQueue: push,
    readsKeys: call.stdin.isTTY === true,
    directory: process.cwd(),
    signal: call.signal,
    nowMs: call.nowMs,
  };
  const report = (finding: Finding) => {
    found.push(finding);
    if (options.json) output.json(toObject(finding));
    else for (const line of toLines(finding, output.columns)) output.line(line);
  };
  for await (const finding of diagnose(context, () => call.environment)) report(finding);
  if (push) {
    const { checkSubscriptions } = await import("./check-subscriptions.ts");
    for (const finding of await checkSubscriptions(call)) report(finding);
  }
  const problems = found.filter(({ status }) => status === "problem");
  const warnings = found.filter(({ status }) => status === "warning");
  if (!options.json) {
    const counts = [counted(problems.length, "problem"), counted(warnings.length, "warning")];
    call.stderr.write(`${counts.join(", ")}.\n`);
  }
  if (problems.length > 0) throw new ReportedFailures(problems.map(toFailure));
}

/** The terminal of stdout, or else of stderr. */
function screenOf(): Screen | undefined {
  const stream = [process.stdout, process.stderr].find((one) => one instanceof WriteStream);
  if (!(stream instanceof WriteStream)) return undefined;
  const { columns, rows } = stream;
  return { columns, rows, colourBits: stream.getColorDepth() };
}

const statusCells = "problem  ".length;
const endless = Number.POSITIVE_INFINITY;

/** Shows the status once, with finding and advice beside it, and never breaks a word. */
function toLines({ advice, check, found, status }: Finding, columns = endless): string[] {
  const lines = [`${check}: ${found}`, ...(advice === undefined ? [] : [advice])];
  return lines
    .flatMap((text) => wrapWords(text, columns - statusCells))
    .map((text, index) => (index === 0 ? status : "").padEnd(statusCells) + text);
}

function toFailure({ kind = "unexpected" }: Finding): { exitCode: number } {
  return { exitCode: exitCodes[kind] };
}

function toObject({ kind, ...finding }: Finding): FindingJson {
  return kind === undefined ? finding : { ...finding, exitCode: exitCodes[kind] };
}
