import { readFileSync, writeFileSync } from "node:fs";

export const heading = `| work | program | MB/s | CPU s per GB | peak MB | cfs is | goal |
| --- | --- | --- | --- | --- | --- | --- |`;

const begin = "<!-- written by npm run bench: begin -->";
const end = "<!-- written by npm run bench: end -->";

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

/**
 * Puts rows, by the title of their case, into the table of the document at `file`; the rows of other
 * cases stay. `facts` says where and how the latest ones were measured. What stands outside the marks
 * is written by hand.
 */
export function writeTable(file, measured, facts) {
  const text = readFileSync(file, "utf8");
  const [first, last] = [text.indexOf(begin), text.indexOf(end)];
  if (first === -1 || last < first) throw new Error(`${file} has no place for the table`);
  const cases = new Map([...rowsOf(text.slice(first, last)), ...measured]);
  const table = [heading, ...[...cases.values()].flat()].join("\n");
  const written = `${begin}\n${facts}\n\n${table}\n`;
  writeFileSync(file, text.slice(0, first) + written + text.slice(last));
}
