// duckdb as far as `cfs table` and the documents use it. With -c, the files that a query reads must exist.
// With statements on standard input it does what `cfs table` asks for, on csv without quotes and on JSON
// lines. STUB_LOG gets each call; with STUB_FAIL or STUB_HANG it does not finish the table.
import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";

const words = process.argv.slice(2);
if (words.includes("-c")) {
  const [query = ""] = words.filter((word) => word !== "-c");
  const patterns = [...query.matchAll(/read_\w+\('([^']+)'|FROM '([^']+)'/g)].map(
    ([, read, from]) => read ?? from,
  );
  if (patterns.length === 0) process.exit(1);
  for (const pattern of patterns) execFileSync("bash", ["-c", `shopt -s failglob; ls ${pattern}`]);
  process.exit(0);
}

const sql = await text(process.stdin);
const { STUB_FAIL, STUB_HANG, STUB_LOG } = process.env;
if (STUB_LOG) {
  const call = { sql, words, directory: process.cwd(), variables: Object.keys(process.env) };
  appendFileSync(STUB_LOG, `${JSON.stringify(call)}\n`);
}

/** The names in literals and quoted identifiers, one after the other. */
const namesIn = (expression) =>
  [...expression.matchAll(/'((?:[^']|'')*)'|"((?:[^"]|"")*)"/g)].map(
    ([, literal, name]) => literal?.replaceAll("''", "'") ?? name.replaceAll('""', '"'),
  );
const reads = [...sql.matchAll(/read_(csv|json)\(\[((?:'(?:[^']|'')*'(?:, )?)*)\](.*?)\)/g)];
const [, format, list, options] = reads.at(-1) ?? [];
const files = namesIn(list ?? "").map((name) => name.replace(/\[([[*?])\]/g, "$1"));
const delimiter = /delim = '(.)'/.exec(options ?? "")?.[1];
const result = /.* TO '([^']+)' \(FORMAT json, ARRAY true\)/s.exec(sql)?.[1];

const records = files.flatMap((file) => {
  const body = readFileSync(file);
  const lines = (file.endsWith(".gz") ? gunzipSync(body) : body)
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "");
  if (format === "json") return lines.map((line) => JSON.parse(line));
  const [header = [], ...rows] = lines.map((line) => line.split(delimiter));
  return rows.map((row) => Object.fromEntries(header.map((name, index) => [name, row[index]])));
});

function typeOf(value) {
  if (typeof value === "number") return "BIGINT";
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "VARCHAR";
  return `STRUCT(${Object.entries(value)
    .map(([name, inner]) => `"${name}" ${typeOf(inner)}`)
    .join(", ")})`;
}

const columns = new Map();
for (const record of records)
  for (const [name, value] of Object.entries(record)) columns.set(name, typeOf(value));

if (sql.includes("DESCRIBE")) {
  const described = [...columns].map(([name, type]) => ({ name, type }));
  writeFileSync(result, JSON.stringify(described));
} else if (sql.includes("unnest")) {
  writeFileSync(result, JSON.stringify([...columns].map(() => ({ kinds: 64 }))));
} else {
  const target = /\) TO '((?:[^']|'')*)' \(FORMAT (?:csv|parquet|json)/.exec(sql)[1];
  const [, values] = /row_number\(\) OVER \(\) AS n, (.*?) FROM read_/.exec(sql);
  const keys = values
    .split(/ AS k\d+(?:, )?/)
    .slice(0, -1)
    .map(namesIn);
  const keyOf = (record) => keys.map((path) => path.reduce((inner, name) => inner?.[name], record));
  if (STUB_HANG) {
    writeFileSync(target.replaceAll("''", "'"), "half");
    writeFileSync(STUB_HANG, String(process.pid));
    await new Promise(() => setInterval(() => undefined, 1_000));
  }
  if (STUB_FAIL) {
    process.stderr.write(`${STUB_FAIL}\n`);
    process.exit(1);
  }
  const last = new Map(records.map((record) => [JSON.stringify(keyOf(record)), record]));
  const lines = [...last.values()].map((record) => `${JSON.stringify(record)}\n`);
  writeFileSync(target.replaceAll("''", "'"), lines.join(""));
  const unkeyed = records.filter((record) =>
    keyOf(record).some((value) => [undefined, null, ""].includes(value)),
  ).length;
  writeFileSync(result, JSON.stringify([{ records: last.size, repeated: "0", unkeyed }]));
}
