import type { Command } from "commander";
import { variableRecords } from "../../config/variables.ts";
import { exitCodeRecords } from "../console/exit-codes.ts";

interface TopicRow {
  terms: readonly string[];
  meaning: string;
}

/** What `cfs help` explains beside the commands, for machines without the manual. */
const topics: ReadonlyMap<string, readonly TopicRow[]> = new Map([
  ["environment", variableRecords.map(({ meaning, names }) => ({ terms: names, meaning }))],
  [
    "exit-codes",
    exitCodeRecords.map(({ codes, meaning }) => ({ terms: codes.map(String), meaning })),
  ],
]);

/** The text of a topic, as wide as the help of `program`; undefined if it has no topic of that name. */
export function topicText(name: string, program: Command): string | undefined {
  const rows = topics.get(name);
  if (rows === undefined) return undefined;
  const help = program.createHelp();
  help.prepareContext({ helpWidth: program.configureOutput().getOutHelpWidth?.() });
  const cells = Math.max(...rows.flatMap(({ terms }) => terms.map(({ length }) => length)));
  const lines = rows.flatMap(({ meaning, terms }) =>
    terms.map((term, index) => help.formatItem(term, cells, index === 0 ? meaning : "", help)),
  );
  return `${lines.join("\n")}\n`;
}
