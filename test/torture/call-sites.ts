import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "oxc-parser";
import * as v from "valibot";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A place in the source that calls a system function that can fail. */
export interface CallSite {
  /** "openSync", "rm", "Worker". */
  name: string;
  file: string;
  line: number;
  /** The enclosing function. */
  within: string;
}

/** The functions of Node's modules that can fail. */
const fallible: Readonly<Record<string, RegExp>> = {
  fs: /^((access|chmod|chown|close|copyFile|exists|fchmod|fdatasync|fstat|fsync|ftruncate|link|lstat|mkdir|mkdtemp|open|read|readdir|readFile|readlink|realpath|rename|rm|rmdir|stat|statfs|symlink|truncate|unlink|utimes|write|writeFile|writev)(Sync)?|create(Read|Write)Stream)$/,
  crypto: /^(createHash|randomBytes|randomUUID|X509Certificate)$/,
  zlib: /^create(Gunzip|InflateRaw|Inflate|Unzip)$|Sync$/,
  child_process: /^(spawn|execFile)(Sync)?$/,
  worker_threads: /^Worker$/,
  dns: /^lookup$/,
  http: /^request$/,
  https: /^request$/,
  tls: /^createSecureContext$/,
  os: /^(hostname|uptime|userInfo)$/,
  process: /^(cwd|kill)$/,
  handle:
    /^(appendFile|chmod|close|datasync|read|readFile|stat|sync|truncate|write|writeFile|writev)$/,
};

const nodeShape = v.looseObject({ type: v.string(), start: v.number(), end: v.number() });
type Node = v.InferOutput<typeof nodeShape>;

interface Names {
  /** Local name of an import → the module. */
  modules: Map<string, string>;
  /** Local name of an import → the name of the function. */
  functions: Map<string, string>;
}

interface Source {
  file: string;
  text: string;
  program: Node;
  names: Names;
}

/** All call sites of the program except the sandbox, which simulates a service. */
export function callSites(): CallSite[] {
  const sources = fs
    .readdirSync(path.join(root, "source"), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.startsWith("sandbox"))
    .map((name) => read(path.posix.join("source", name.split(path.sep).join("/"))));
  const aliases = new Map<string, string>();
  for (const { file, program, names } of sources) {
    walk(program, (node) => {
      const [alias, name] = promisified(node, names) ?? [];
      if (alias === undefined || name === undefined) return;
      names.functions.set(alias, name);
      aliases.set(`${file} ${alias}`, name);
    });
  }
  for (const source of sources) importAliases(source, aliases);
  return sources.flatMap(sitesOf);
}

function read(file: string): Source {
  const text = fs.readFileSync(path.join(root, file), "utf8");
  const parsed = parseSync(file, text);
  const names: Names = { modules: new Map([["process", "process"]]), functions: new Map() };
  for (const { moduleRequest, entries } of parsed.module.staticImports) {
    const [, module = moduleRequest.value] =
      /^node:([a-z_]+)(\/promises)?$/.exec(moduleRequest.value) ?? [];
    for (const { importName, localName } of entries.filter(({ isType }) => !isType)) {
      const isWhole = importName.kind !== "Name";
      const imported = importName.name ?? "";
      if (module === "node-fetch" && isWhole) names.functions.set(localName.value, "request");
      else if (isWhole) names.modules.set(localName.value, module);
      else if (fallible[module]?.test(imported)) names.functions.set(localName.value, imported);
    }
  }
  return { file, text, program: v.parse(nodeShape, parsed.program), names };
}

/** `const closeFile = promisify(fs.close)`. */
function promisified(node: Node, names: Names): [alias: string, name: string] | undefined {
  if (node.type !== "VariableDeclarator") return undefined;
  const call = child(node, "init");
  const alias = nameOf(child(node, "id"));
  const [argument] = call === undefined ? [] : children(call, "arguments");
  if (call?.type !== "CallExpression" || nameOf(child(call, "callee")) !== "promisify")
    return undefined;
  const name = argument && calledName(argument, names);
  return alias === undefined || name === undefined ? undefined : [alias, name];
}

function importAliases({ file, text, names }: Source, aliases: ReadonlyMap<string, string>): void {
  for (const { moduleRequest, entries } of parseSync(file, text).module.staticImports) {
    const from = path.posix.join(path.posix.dirname(file), moduleRequest.value);
    for (const { importName, localName } of entries) {
      const name = aliases.get(`${from} ${importName.name ?? ""}`);
      if (name !== undefined) names.functions.set(localName.value, name);
    }
  }
}

function sitesOf({ file, text, program, names }: Source): CallSite[] {
  const sites: CallSite[] = [];
  const handles = new Set<string>();
  walk(program, (node) => {
    if (node.type !== "VariableDeclarator") return;
    const awaited = child(node, "init");
    const call = awaited?.type === "AwaitExpression" ? child(awaited, "argument") : undefined;
    const callee = call && child(call, "callee");
    const handle = nameOf(child(node, "id"));
    if (callee && handle && calledName(callee, names) === "open") handles.add(handle);
  });
  walk(program, (node, parents) => {
    const name = calledName(node, names, handles);
    const parent = parents.at(-1);
    if (name === undefined || parent === undefined || isNoUse(node, parent)) return;
    const at = node.type === "MemberExpression" ? (child(node, "property") ?? node) : node;
    const line = text.slice(0, at.start).split("\n").length;
    sites.push({ name, file, line, within: functionAround(parents) });
  });
  return sites;
}

/** A declaration, an import, a key or a type is not a use of the function. */
function isNoUse(node: Node, parent: Node): boolean {
  if (/^(Import|Export|TS)/.test(parent.type)) return true;
  if (parent.type === "MemberExpression") return true;
  if (parent.type === "CallExpression" && nameOf(child(parent, "callee")) === "promisify")
    return true;
  return (
    ["Property", "VariableDeclarator", "PropertyDefinition"].includes(parent.type) &&
    child(parent, "init")?.start !== node.start &&
    child(parent, "value")?.start !== node.start
  );
}

/** The Node function that an identifier or a member refers to. */
function calledName(
  node: Node,
  { functions, modules }: Names,
  handles: ReadonlySet<string> = new Set(),
): string | undefined {
  if (node.type === "Identifier") return functions.get(nameOf(node) ?? "");
  if (node.type !== "MemberExpression") return undefined;
  const object = child(node, "object");
  const name = nameOf(child(node, "property"));
  if (object === undefined || name === undefined) return undefined;
  const isPromises =
    object.type === "MemberExpression" && nameOf(child(object, "property")) === "promises";
  const holder = nameOf(isPromises ? child(object, "object") : object) ?? "";
  const module = handles.has(holder) ? "handle" : modules.get(holder);
  return module !== undefined && fallible[module]?.test(name) ? name : undefined;
}

function functionAround(parents: readonly Node[]): string {
  for (const [index, node] of [...parents.entries()].reverse()) {
    const isFunction = /Function|ArrowFunction/.test(node.type);
    const holder = parents[index - 1];
    const own = nameOf(child(node, "id"));
    if (isFunction && own !== undefined) return own;
    if (!isFunction || holder === undefined) continue;
    const given = nameOf(child(holder, "id") ?? child(holder, "key"));
    if (given !== undefined) return given;
  }
  return "the module";
}

function child(node: Node, key: string): Node | undefined {
  const found = v.safeParse(nodeShape, node[key]);
  return found.success ? found.output : undefined;
}

function children(node: Node, key: string): Node[] {
  const found = v.safeParse(v.array(nodeShape), node[key]);
  return found.success ? found.output : [];
}

function nameOf(node: Node | undefined): string | undefined {
  const name = node?.["name"];
  return typeof name === "string" ? name : undefined;
}

function walk(
  node: Node,
  visit: (node: Node, parents: readonly Node[]) => void,
  parents: readonly Node[] = [],
): void {
  visit(node, parents);
  const inside = [...parents, node];
  for (const value of Object.values(node)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      const found = v.safeParse(nodeShape, each);
      if (found.success) walk(found.output, visit, inside);
    }
  }
}
