import type { Import, SourceFile } from "./read-imports.ts";
import type { FolderRule, Rules } from "./rules.ts";

/** The folder directly below source/ that a file lies in; "." for a file in source/ itself. */
function folderOf(path: string): string {
  const [, folder = "", ...rest] = path.split("/");
  return rest.length === 0 ? "." : folder;
}

function withinFolder(path: string): string {
  return path
    .split("/")
    .slice(folderOf(path) === "." ? 1 : 2)
    .join("/");
}

/** Every import that the rules do not allow, and every part of a rule that rules nothing. */
export function violations(files: readonly SourceFile[], rules: Rules): string[] {
  const folders = new Set(files.map(({ path }) => folderOf(path)));
  const unruled = [...folders].filter((folder) => !(folder in rules));
  return [
    ...unruled.map((folder) => `the folder ${folder} has no rule`),
    ...Object.entries(rules).flatMap(([folder, rule]) => {
      if (!folders.has(folder)) return [`the rule of ${folder} has no files`];
      const own = files.filter(({ path }) => folderOf(path) === folder);
      return [
        ...forbidden(own, folder, rule),
        ...unusedPermissions(own, folder, rule),
        ...outsideOrder(own, folder, rule.order),
      ];
    }),
    ...pastFaces(files, rules),
    ...uselessFaces(files, rules),
  ];
}

const verbs = { value: "import values of", type: "import types of", late: "load later" };

interface Edge extends Import {
  from: string;
}

function edgesOf(files: readonly SourceFile[]): Edge[] {
  return files.flatMap(({ path, imports }) => imports.map((edge) => ({ ...edge, from: path })));
}

function describe({ from, line, target }: Edge, why: string): string {
  return `${from}:${line} imports ${target}: ${why}`;
}

/** What an import needs permission for: another folder, or a package; undefined within a folder. */
function subjectOf({ from, target }: Edge): { folder?: string; package?: string } {
  if (!target.startsWith("source/")) return { package: target };
  const folder = folderOf(target);
  return folder === folderOf(from) ? {} : { folder };
}

function forbidden(own: readonly SourceFile[], folder: string, rule: FolderRule): string[] {
  const allowed = {
    value: rule.values,
    type: [...rule.values, ...(rule.types ?? [])],
    late: [...rule.values, ...(rule.late ?? [])],
  };
  return edgesOf(own).flatMap((edge) => {
    const subject = subjectOf(edge);
    if (subject.package !== undefined && !rule.packages.includes(subject.package)) {
      return [describe(edge, `${folder} may not import this package`)];
    }
    if (subject.folder !== undefined && !allowed[edge.kind].includes(subject.folder)) {
      return [describe(edge, `${folder} may not ${verbs[edge.kind]} ${subject.folder}`)];
    }
    return [];
  });
}

function unusedPermissions(own: readonly SourceFile[], folder: string, rule: FolderRule): string[] {
  const edges = edgesOf(own);
  const isUsed = (target: string, kind: Import["kind"]) =>
    edges.some((edge) => edge.kind === kind && subjectOf(edge).folder === target);
  const unused = (list: readonly string[] = [], kind: Import["kind"]) =>
    list
      .filter((target) => !isUsed(target, kind))
      .map((target) => `${folder} does not ${verbs[kind]} ${target}, which its rule allows`);
  return [
    ...unused(rule.values, "value"),
    ...unused(rule.types, "type"),
    ...unused(rule.late, "late"),
    ...rule.packages
      .filter((name) => edges.every(({ target }) => target !== name))
      .map((name) => `${folder} does not import ${name}, which its rule allows`),
  ];
}

function pastFaces(files: readonly SourceFile[], rules: Rules): string[] {
  return edgesOf(files).flatMap((edge) => {
    const { folder } = subjectOf(edge);
    const face = folder === undefined ? undefined : rules[folder]?.face;
    if (face === undefined || face.some((part) => isIn(edge.target, part))) return [];
    return [describe(edge, `not part of the face of ${folder}`)];
  });
}

/** True for the file that a part of a face names, and for each below the subfolder that it names. */
function isIn(path: string, part: string): boolean {
  return part.endsWith("/") ? withinFolder(path).startsWith(part) : withinFolder(path) === part;
}

function uselessFaces(files: readonly SourceFile[], rules: Rules): string[] {
  const edges = edgesOf(files);
  return Object.entries(rules).flatMap(([folder, { face = [] }]) => {
    const imported = edges.filter((edge) => subjectOf(edge).folder === folder);
    return face
      .filter((part) => !imported.some(({ target }) => isIn(target, part)))
      .map((part) => `${part} is part of the face of ${folder} and no other folder imports it`);
  });
}

/** Imports within one folder that run against the order of its rooms. */
function outsideOrder(
  own: readonly SourceFile[],
  folder: string,
  order: FolderRule["order"],
): string[] {
  if (order === undefined) return [];
  const steps = new Map(
    order.flatMap((step, index) => [step].flat().map((room): [string, number] => [room, index])),
  );
  const roomOf = (path: string) => {
    const [first = ""] = withinFolder(path).split("/");
    const room = first.replace(/\.tsx?$/, "");
    return steps.has(room) ? room : "*";
  };
  const rooms = new Set(own.map(({ path }) => roomOf(path)));
  const empty = [...steps.keys()].filter((room) => !rooms.has(room));
  const unplaced = own.filter(({ path }) => !steps.has(roomOf(path)));
  const against = edgesOf(own).filter(({ from, target }) => {
    if (!target.startsWith("source/") || folderOf(target) !== folder) return false;
    const [here, there] = [roomOf(from), roomOf(target)];
    return here !== there && (steps.get(here) ?? 0) >= (steps.get(there) ?? 0);
  });
  return [
    ...empty.map((room) => `the order of ${folder} names ${room}, which has no files`),
    ...unplaced.map(({ path }) => `${path} has no place in the order of ${folder}`),
    ...against.map((edge) => describe(edge, `against the order of ${folder}`)),
  ];
}

/** Circles of files that import each other, whatever the kind of import. Empty if there is none. */
export function circles(files: readonly SourceFile[]): string[] {
  const importsOf = new Map(
    files.map(({ path, imports }) => [path, new Set(imports.map(({ target }) => target))]),
  );
  const found: string[] = [];
  const done = new Set<string>();
  const trail: string[] = [];
  const follow = (path: string) => {
    const start = trail.indexOf(path);
    if (start >= 0) found.push([...trail.slice(start), path].join(" -> "));
    if (start >= 0 || done.has(path)) return;
    trail.push(path);
    for (const target of importsOf.get(path) ?? []) follow(target);
    trail.pop();
    done.add(path);
  };
  for (const { path } of files) follow(path);
  return found;
}

/** Names that more than one file declares and exports. */
export function sharedNames(files: readonly SourceFile[]): string[] {
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const name of files.flatMap(({ exports }) => exports)) {
    if (seen.has(name)) shared.add(name);
    seen.add(name);
  }
  return [...shared].sort();
}
