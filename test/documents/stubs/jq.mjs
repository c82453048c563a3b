// jq as far as the documents use it: -r or -c with `.name`, `select(.name == "text")` and `select(.name)`.
import { createInterface } from "node:readline";

const words = process.argv.slice(2);
const raw = words.includes("-r");
const [filter = "."] = words.filter((word) => !word.startsWith("-"));
const test = /select\(\.(\w+)(?: == "([^"]*)")?\)/.exec(filter);
const rest = filter.replace(/select\([^)]*\)/, "").replace(/[|\s]/g, "");
const path = rest.split(".").filter((name) => name !== "");
if (filter.replace(/select\([^)]*\)|[.|\s\w]/g, "") !== "") {
  process.stderr.write(`jq stub: it does not know ${filter}\n`);
  process.exit(3);
}

for await (const line of createInterface({ input: process.stdin })) {
  const value = JSON.parse(line);
  if (test !== null) {
    const [, name = "", wanted] = test;
    if (wanted === undefined ? !value[name] : value[name] !== wanted) continue;
  }
  const found = path.reduce((inner, name) => inner?.[name], value);
  const text = raw && typeof found === "string" ? found : JSON.stringify(found ?? null);
  process.stdout.write(`${text}\n`);
}
