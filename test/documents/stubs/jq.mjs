// jq as far as the documents use it: -r or -c with `.name`, `.names[].name`, `select(.name)`, and `select(.name == "text")` or with `!=`.
import { text } from "node:stream/consumers";

const words = process.argv.slice(2);
const raw = words.includes("-r");
const [filter = "."] = words.filter((word) => !word.startsWith("-"));
const test = /select\(\.(\w+)(?: ([!=]=) "([^"]*)")?\)/.exec(filter);
const rest = filter.replace(/select\([^)]*\)/, "").replace(/[|\s]/g, "");
const path = rest.split(".").filter((name) => name !== "");
if (filter.replace(/select\([^)]*\)|\[\]|[.|\s\w]/g, "") !== "") {
  process.stderr.write(`jq stub: it does not know ${filter}\n`);
  process.exit(3);
}

const follow = (value, [name, ...more]) => {
  if (name === undefined) return [value];
  const inner = value?.[name.replace("[]", "")];
  return name.endsWith("[]") ? inner.flatMap((one) => follow(one, more)) : follow(inner, more);
};

const input = await text(process.stdin);
const isWhole = /^[{[]\s*$/m.test(input);
for (const line of isWhole ? [input] : input.trim().split("\n").filter(Boolean)) {
  const value = JSON.parse(line);
  if (test !== null) {
    const [, name = "", sign, wanted] = test;
    const isEqual = value[name] === wanted;
    if (sign === undefined ? !value[name] : (sign === "==") !== isEqual) continue;
  }
  for (const found of follow(value, path)) {
    const shown = raw && typeof found === "string" ? found : JSON.stringify(found ?? null);
    process.stdout.write(`${shown}\n`);
  }
}
