import { readFileSync, writeFileSync } from "node:fs";

export const heading = `| work | program | MB/s | CPU s per GB | peak MB | cfs is | goal |
| --- | --- | --- | --- | --- | --- | --- |`;

const marksOf = (script) => [
  `<!-- written by npm run ${script}: begin -->\n`,
  `<!-- written by npm run ${script}: end -->`,
];

/** The rows that stand in a table, by the title of their case. */
function rowsOf(text) {
  const cases = new Map();
  let rows = [];
  for (const line of text.split("\n")) {
    const title = /^\| *([^|]*?) *\|/.exec(line)?.[1];
    if (title === undefined || title === "work" || title.startsWith("---")) continue;
    if (title !== "") {
      rows = [];
      cases.set(title, rows);
    }
    rows.push(line);
  }
  return cases;
}

/** Where the text that an npm script writes begins and ends in a document. */
function sectionIn(text, script) {
  const [begin, end] = marksOf(script);
  const [at, last] = [text.indexOf(begin), text.indexOf(end)];
  if (at === -1 || last < at) throw new Error(`the document has no place for npm run ${script}`);
  return { first: at + begin.length, last };
}

/** Replaces what an npm script has written into the document at `file`; the rest is written by hand. */
export function writeSection(file, script, written) {
  const text = readFileSync(file, "utf8");
  const { first, last } = sectionIn(text, script);
  writeFileSync(file, `${text.slice(0, first)}${written}\n${text.slice(last)}`);
}

/**
 * Puts rows into the table that an npm script has written into the document at `file`. `order` has the first
 * cells of all rows; a row that was not measured now stays.
 */
export function writeRows(file, script, { facts, heading, rows, order }) {
  const text = readFileSync(file, "utf8");
  const { first, last } = sectionIn(text, script);
  const kept = text.slice(first, last).split("\n");
  const ordered = order.flatMap((cells) => {
    const isOf = (line) => line.startsWith(`| ${cells} |`);
    return rows.find(isOf) ?? kept.find(isOf) ?? [];
  });
  writeSection(file, script, [facts, "", ...heading, ...ordered].join("\n"));
}

/**
 * Puts rows, by the title of their case, into the table of the document at `file`; the rows of other
 * cases stay. `facts` says where and how the latest ones were measured.
 */
export function writeTable(file, measured, facts) {
  const text = readFileSync(file, "utf8");
  const { first, last } = sectionIn(text, "bench");
  const cases = new Map([...rowsOf(text.slice(first, last)), ...measured]);
  const table = [heading, ...[...cases.values()].flat()].join("\n");
  writeSection(file, "bench", `${facts}\n\n${table}`);
}
