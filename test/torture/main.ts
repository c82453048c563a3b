import process from "node:process";
import { parseArgs } from "node:util";
import { coverageOf } from "./coverage.ts";
import { buildMapped } from "./program.ts";
import { torture } from "./torture.ts";

const text = { type: "string" } as const;
const { values } = parseArgs({
  options: {
    scenario: text,
    site: text,
    seed: text,
    fault: { type: "string", multiple: true },
    one: { type: "boolean" },
    list: { type: "boolean" },
  },
});
/** "EIO 1 fs.openSync at source/files/lock.ts:88". */
function readFault(words: string) {
  const [code = "", nth = "", ...id] = words.split(" ");
  return { code, nth: Number(nth), id: id.join(" ") };
}

const print = (line: string) => void process.stdout.write(`${line}\n`);
const program = await buildMapped();
try {
  const { fault, list, one, scenario, seed, site } = values;
  const result = await torture(program, {
    seed: Number(seed ?? 1),
    extent: list ? "none" : one ? "one" : "all",
    scenario,
    site,
    faults: fault?.map(readFault),
    tell: print,
  });
  const { failed, failures, faults, reached, reachedLater } = result;
  const all = [...reached.values(), ...reachedLater.values()];
  const isWhole = scenario === undefined && site === undefined && fault === undefined;
  if (list) for (const { id } of all) print(id);
  if (isWhole) {
    const { all: calls, explained, reached: called, unexplained } = coverageOf(all);
    print(
      `\n${called} of ${calls} calls in the source are reached; ${explained.length} are not, for a reason:`,
    );
    for (const text of explained) print(`  ${text}`);
    for (const text of unexplained) print(`  without a reason: ${text}`);
  }
  if (isWhole && !list) for (const { id } of all) if (!failed.has(id)) print(`did not fail: ${id}`);
  for (const { command, problem } of failures) print(`\n${problem}\n  ${command}`);
  print(
    `\n${all.length} call sites reached (${reachedLater.size} only after a fault), ${failed.size} failed: ` +
      `${Math.floor((100 * failed.size) / Math.max(1, all.length))} %; ` +
      `${faults} faults, ${failures.length} broken promises`,
  );
  process.exitCode = failures.length === 0 ? 0 : 1;
} finally {
  program.remove();
}
