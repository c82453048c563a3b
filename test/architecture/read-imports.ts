import { readdirSync, readFileSync } from "node:fs";
import { join, posix, sep } from "node:path";
import { parseSync } from "oxc-parser";

export interface Import {
  /** Path of a file from the root, or the name of a package. */
  target: string;
  line: number;
  /** `late` is a call of `import()`. */
  kind: "value" | "type" | "late";
}

export interface SourceFile {
  /** Path from the root, with slashes. */
  path: string;
  imports: readonly Import[];
  /** The names that it declares and exports. */
  exports: readonly string[];
}

/** Reads every TypeScript file below `folder`, which is a path from `root`. */
export function readImports(root: string, folder = "source"): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => posix.join(folder, name.split(sep).join("/")))
    .sort()
    .map((path) => parseFile(path, readFileSync(join(root, path), "utf8")));
}

function parseFile(path: string, text: string): SourceFile {
  const { module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  const imported = (name: string, start: number, kind: Import["kind"]): Import => ({
    target: name.startsWith(".") ? posix.join(posix.dirname(path), name) : name,
    line: text.slice(0, start).split("\n").length,
    kind,
  });
  const statements = module.staticImports.map(({ moduleRequest, start, entries }) =>
    imported(moduleRequest.value, start, kindOf(entries)),
  );
  const passedOn = module.staticExports.flatMap(({ start, entries }) => {
    const name = entries[0]?.moduleRequest?.value;
    return name === undefined ? [] : [imported(name, start, kindOf(entries))];
  });
  const late = module.dynamicImports.map(({ start, moduleRequest }) => {
    const name = /^["'](.*)["']$/.exec(text.slice(moduleRequest.start, moduleRequest.end))?.[1];
    if (name === undefined) throw new Error(`${path}: import() of what is not a literal string`);
    return imported(name, start, "late");
  });
  const declared = module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ moduleRequest, exportName }) =>
      moduleRequest === null && exportName.name !== null ? [exportName.name] : [],
    ),
  );
  return {
    path,
    imports: [...statements, ...passedOn, ...late].sort((a, b) => a.line - b.line),
    exports: [...new Set(declared)],
  };
}

/** An import without names runs the module, so it is one of values. */
function kindOf(entries: readonly { isType: boolean }[]): "value" | "type" {
  return entries.length > 0 && entries.every(({ isType }) => isType) ? "type" : "value";
}
