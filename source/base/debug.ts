import { sanitize } from "../domain/sanitize.ts";
import { redact, Secret } from "./secret.ts";

/** Addresses are printed without their queries. */
export type DebugFact = string | number | boolean | undefined | Secret | URL | Error;

export type DebugWriter = (lines: string) => void;

let write: DebugWriter | undefined;

/** Sets the debug output of the whole process; undefined turns it off. */
export function debugTo(writer: DebugWriter | undefined): void {
  write = writer;
}

/** Writes "TIME PROCESS EVENT name=value …" and the stacks of errors to the debug output, without secrets. */
export function debug(event: string, facts: Readonly<Record<string, DebugFact>> = {}): void {
  if (write === undefined) return;
  const words = Object.entries(facts).flatMap(([name, fact]) =>
    fact === undefined ? [] : [`${name}=${wordOf(fact)}`],
  );
  const first = [new Date().toISOString(), process.pid, event, ...words].join(" ");
  const stacks = Object.values(facts).flatMap((fact) =>
    fact instanceof Error ? stackOf(fact) : [],
  );
  write([first, ...stacks].map((line) => `${redact(sanitize(line))}\n`).join(""));
}

function wordOf(fact: Exclude<DebugFact, undefined>): string {
  if (fact instanceof URL) return `${fact.origin}${fact.pathname}`;
  if (fact instanceof Error) return quoted(fact.message);
  if (fact instanceof Secret) return String(fact);
  return typeof fact === "string" ? quoted(fact) : String(fact);
}

/** Redacts before cutting, because a cut secret would not be recognized. */
function quoted(text: string): string {
  const short = redact(sanitize(text)).slice(0, 1_000);
  return /^[\w.:/•-]+$/.test(short) ? short : JSON.stringify(short);
}

const mostCauses = 5;

function stackOf(error: Error): string[] {
  const lines: string[] = [];
  let cause: unknown = error;
  for (let depth = 0; cause instanceof Error && depth < mostCauses; depth += 1) {
    const [first = "", ...rest] = (cause.stack ?? cause.message).split("\n");
    lines.push(`  ${depth === 0 ? "" : "caused by "}${first}`, ...rest);
    cause = cause.cause;
  }
  return lines;
}
