import { type Load, Program } from "./realm/realm.ts";
import { simulate } from "./simulation.ts";

export interface Run {
  /** The bundled program under test. */
  code: string;
  load: Load;
  seeds: readonly number[];
  traces: boolean;
  /** Stop at the first problem. */
  stops: boolean;
  write(line: string): void;
}

export interface Summary {
  worlds: number;
  problems: number;
  steps: number;
  virtualMs: number;
  faults: Record<string, number>;
  /** The hash of all traces, independent of their order. */
  hash: number;
}

/** Runs one world after the other. */
export async function runWorlds({
  code,
  load,
  seeds,
  stops,
  traces,
  write,
}: Run): Promise<Summary> {
  const program = new Program(code, load);
  const summary: Summary = {
    worlds: 0,
    problems: 0,
    steps: 0,
    virtualMs: 0,
    faults: {},
    hash: 0,
  };
  for (const seed of seeds) {
    const outcome = await simulate(program, seed, traces ? write : undefined);
    summary.worlds += 1;
    summary.steps += outcome.steps;
    summary.virtualMs += outcome.virtualMs;
    summary.hash = (summary.hash + Math.imul(Number.parseInt(outcome.hash, 16), 2 * seed + 1)) | 0;
    for (const [name, count] of outcome.faults)
      summary.faults[name] = (summary.faults[name] ?? 0) + count;
    if (outcome.problem === undefined) continue;
    summary.problems += 1;
    write(`seed ${seed}: ${outcome.problem}\n  npm run sim -- --seed ${seed} --trace`);
    if (stops) break;
  }
  return summary;
}
