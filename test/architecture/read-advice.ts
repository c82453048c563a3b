import { readdirSync, readFileSync } from "node:fs";
import { join, posix, sep } from "node:path";
import { type Node, parseSync, Visitor } from "oxc-parser";

export interface Advice {
  path: string;
  /** Values in it are written as "…". */
  text: string;
}

/** The texts below `folder` that are given to a property, a variable or a function named for advice. */
export function adviceIn(folder: string): Advice[] {
  const root = join(import.meta.dirname, "../..");
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.startsWith("sandbox"))
    .map((name) => posix.join(folder, name.split(sep).join("/")))
    .sort()
    .flatMap((path) => adviceOf(path, readFileSync(join(root, path), "utf8")));
}

const isAdvice = (name: string) => /advices?$|^ifUnknown$/i.test(name);

function adviceOf(path: string, source: string): Advice[] {
  const texts = new Set<string>();
  const add = (node: Node | null) => {
    for (const text of textsOf(node)) if (/[a-z]/i.test(text)) texts.add(text);
  };
  let depth = 0;
  new Visitor({
    Property({ key, value }) {
      if (key.type === "Identifier" && isAdvice(key.name)) add(value);
    },
    VariableDeclarator({ id, init }) {
      if (id.type === "Identifier" && isAdvice(id.name)) add(init);
    },
    FunctionDeclaration({ id }) {
      if (id !== null && isAdvice(id.name)) depth += 1;
    },
    "FunctionDeclaration:exit"({ id }) {
      if (id !== null && isAdvice(id.name)) depth -= 1;
    },
    ReturnStatement({ argument }) {
      if (depth > 0) add(argument);
    },
  }).visit(parseSync(path, source).program);
  return [...texts].map((text) => ({ path, text }));
}

/** Every text that the value may be. */
function textsOf(node: Node | null): string[] {
  switch (node?.type) {
    case "Literal":
      return typeof node.value === "string" ? [node.value] : [];
    case "TemplateLiteral":
      return [node.quasis.map(({ value }) => value.cooked ?? "").join("…")];
    case "ConditionalExpression":
      return [...textsOf(node.consequent), ...textsOf(node.alternate)];
    case "LogicalExpression":
      return [...textsOf(node.left), ...textsOf(node.right)];
    case "CallExpression":
      return node.arguments.flatMap(textsOf);
    case "ObjectExpression":
      return node.properties.flatMap((own) => (own.type === "Property" ? textsOf(own.value) : []));
    default:
      return [];
  }
}
