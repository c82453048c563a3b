import { readFileSync, writeFileSync } from "node:fs";
import { median, spread } from "../measure.mjs";
import { links, works } from "./links.mjs";
import { peerNames, programNames } from "./programs.mjs";

const begin = "<!-- written by npm run bench:links: begin -->";
const end = "<!-- written by npm run bench:links: end -->";

const tables = [
  ["link", "work", ...programNames, "cfs is", "checked"],
  ["link", "work", ...programNames, "md5sum"],
];

const medianOf = (runs, value) => median(runs.map(value));
const secondsOf = ({ seconds }) => seconds;
const checkedSecondsOf = ({ seconds, sums }) => seconds + sums.seconds;

function timesRow(runs) {
  const bestOf = (value) => Math.min(...peerNames.map((name) => medianOf(runs[name], value)));
  const own = medianOf(runs.cfs, secondsOf);
  return [
    spread(runs.cfs.map(secondsOf), 2),
    ...peerNames
      .map((name) =>
        [secondsOf, checkedSecondsOf].map((value) => medianOf(runs[name], value).toFixed(2)),
      )
      .map((pair) => pair.join(" / ")),
    (bestOf(secondsOf) / own).toFixed(2),
    (bestOf(checkedSecondsOf) / own).toFixed(2),
  ];
}

function costsRow(runs) {
  const shown = (name) => {
    const cpu = medianOf(runs[name], (run) => run.cpu).toFixed(2);
    return `${cpu} s, ${Math.round(medianOf(runs[name], ({ megabytes }) => megabytes))} MB`;
  };
  const sums = peerNames.flatMap((name) => runs[name]).map((run) => run.sums.cpu);
  return [...programNames.map(shown), `${median(sums).toFixed(2)} s`];
}

/** The rows of both tables for a link and a work. */
export function rowsOf(link, work, runs) {
  return [timesRow(runs), costsRow(runs)].map((cells) => [link, work, ...cells]);
}

export const shownRow = (cells) => `| ${cells.join(" | ")} |`;

export function shownTable(index, rows) {
  const heading = tables[index];
  return [shownRow(heading), shownRow(heading.map(() => "---")), ...rows.map(shownRow)].join("\n");
}

/** The table rows of a text, as cells. */
function readTables(text) {
  return tables.map((heading) => {
    const lines = text.split("\n");
    const first = lines.indexOf(shownRow(heading));
    if (first === -1) return [];
    const rest = lines.slice(first + 2);
    const length = rest.findIndex((line) => !line.startsWith("|"));
    return rest
      .slice(0, length === -1 ? undefined : length)
      .map((line) => line.slice(2, -2).split(" | "));
  });
}

/** Merges rows in the order of links and works; a new row replaces the old one. */
function merge(before, measured) {
  return links.flatMap((link) =>
    works.flatMap((work) => {
      const isOf = ([linkName, workName]) => linkName === link.name && workName === work.name;
      const row = measured.find(isOf) ?? before.find(isOf);
      return row === undefined ? [] : [row];
    }),
  );
}

/**
 * Writes rows to the tables of the document at `file`; the rows of other links and works stay. Returns the
 * new rows of the first table.
 */
export function writeTables(file, measured, facts) {
  const text = readFileSync(file, "utf8");
  const [first, last] = [text.indexOf(begin), text.indexOf(end)];
  if (first === -1 || last < first) throw new Error(`${file} has no place for the tables`);
  const before = readTables(text.slice(first, last));
  const [times, costs] = tables.map((_, index) =>
    merge(
      before[index],
      measured.map((rows) => rows[index]),
    ),
  );
  const written = [
    begin,
    facts,
    "",
    ...links.map(({ name, said }) => `- **${name}**: ${said}`),
    "",
    "![Seconds of cfs and of the fastest peer, on each link](links.svg)",
    "",
    "Seconds from prompt to prompt, of the peers without and with `md5sum` after them:",
    "",
    shownTable(0, times),
    "",
    "Processor seconds and peak memory:",
    "",
    shownTable(1, costs),
    "",
  ].join("\n");
  writeFileSync(file, text.slice(0, first) + written + text.slice(last));
  return times;
}
