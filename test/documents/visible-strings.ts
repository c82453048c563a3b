import { readdirSync, readFileSync } from "node:fs";
import { join, posix, sep } from "node:path";
import { parseSync, Visitor } from "oxc-parser";

export interface VisibleString {
  /** Path from the root, with slashes, and the line. */
  at: string;
  text: string;
}

/** Names and ids have no spaces. */
const hasSpaces = (text: string) => /\S\s+\S/.test(text);

/** Reads the text of all strings, templates and JSX below `folder`; "…" stands for each value in a template. */
export function visibleStrings(root: string, folder: string, isText = hasSpaces): VisibleString[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => posix.join(folder, name.split(sep).join("/")))
    .sort()
    .flatMap((path) => stringsOf(path, readFileSync(join(root, path), "utf8"), isText));
}

export function stringsOf(path: string, source: string, isText = hasSpaces): VisibleString[] {
  const { program } = parseSync(path, source);
  const found: VisibleString[] = [];
  const add = (start: number, text: string) => {
    const line = source.slice(0, start).split("\n").length;
    if (isText(text)) found.push({ at: `${path}:${line}`, text });
  };
  new Visitor({
    Literal: ({ start, value }) => {
      if (typeof value === "string") add(start, value);
    },
    TemplateLiteral: ({ quasis, start }) =>
      add(start, quasis.map(({ value }) => value.cooked ?? value.raw).join("…")),
    JSXText: ({ start, value }) => add(start, value),
  }).visit(program);
  return found;
}
