import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseSync } from "oxc-parser";

/*
 * Makes esbuild count how often each branch runs: it inserts a counter at the beginning of every block, case,
 * branch without a block, and operand that may be skipped. Libraries that parse input are counted too.
 */

const counted = /[\\/](source|node_modules[\\/](valibot|commander))[\\/].*\.[cm]?[jt]sx?$/;

/** After the build, `places()` returns the number of counters. */
export function createInstrument() {
  let places = 0;
  const next = () => {
    places += 1;
    return `fuzzCounters[${places - 1}]++`;
  };
  return {
    places: () => places,
    plugin: {
      name: "instrument",
      setup(build) {
        build.onLoad({ filter: counted }, async ({ path: file }) => {
          const extension = path.extname(file).slice(1);
          const loader = extension.endsWith("x") ? extension : extension.replace(/^[cm]/, "");
          return { contents: instrument(file, await readFile(file, "utf8"), next), loader };
        });
      },
    },
  };
}

function instrument(file, text, next) {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0].message}`);
  const inserted = [];
  const insert = (at, what) => inserted.push({ at, what, order: inserted.length });

  const countBlock = ({ start }) => insert(start + 1, `${next()};`);
  const countExpression = ({ start, end }) => {
    insert(start, `(${next()},(`);
    insert(end, "))");
  };
  const countStatement = (node) => {
    if (node === null || node.type === "BlockStatement") return;
    insert(node.start, `{${next()};`);
    insert(node.end, "}");
  };

  const count = {
    BlockStatement: countBlock,
    SwitchCase: ({ consequent: [first] }) => first && insert(first.start, `${next()};`),
    ConditionalExpression({ consequent, alternate }) {
      countExpression(consequent);
      countExpression(alternate);
    },
    LogicalExpression: ({ right }) => countExpression(right),
    ArrowFunctionExpression: ({ body }) => {
      if (body.type !== "BlockStatement") countExpression(body);
    },
    IfStatement({ consequent, alternate }) {
      countStatement(consequent);
      countStatement(alternate);
    },
    ForStatement: ({ body }) => countStatement(body),
    ForOfStatement: ({ body }) => countStatement(body),
    ForInStatement: ({ body }) => countStatement(body),
    WhileStatement: ({ body }) => countStatement(body),
  };

  const visit = (node) => {
    count[node.type]?.(node);
    for (const child of Object.values(node)) visitAll(child);
  };
  const visitAll = (child) => {
    if (Array.isArray(child)) for (const one of child) visitAll(one);
    else if (typeof child?.type === "string") visit(child);
  };
  visit(program);
  return withInserted(text, inserted);
}

/** At the same position, ends precede beginnings, each in nesting order. */
function withInserted(text, inserted) {
  const isEnd = ({ what }) => /^[)}]/.test(what);
  const sorted = inserted.sort((one, other) => {
    if (one.at !== other.at) return one.at - other.at;
    if (isEnd(one) !== isEnd(other)) return isEnd(one) ? -1 : 1;
    return isEnd(one) ? other.order - one.order : one.order - other.order;
  });
  let result = "";
  let done = 0;
  for (const { at, what } of sorted) {
    result += text.slice(done, at) + what;
    done = at;
  }
  return result + text.slice(done);
}
