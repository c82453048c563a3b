/** A column as duckdb describes it. */
export interface DataColumn {
  name: string;
  /** "VARCHAR", "STRUCT(Id BIGINT, \"Odd name\" DATE)". */
  type: string;
}

/** A value of a record: the column and the fields within it, from outside in. */
export type ValuePath = readonly [column: string, ...fields: string[]];

/** The name that users write: "StatementDetails.OrganizationId". */
export function pathName(path: ValuePath): string {
  return path.join(".");
}

/** Every value of a record, with the fields of nested objects; lists count as one value. */
export function valuePaths(columns: readonly DataColumn[]): ValuePath[] {
  return columns.flatMap(({ name, type }) =>
    fieldPaths(type).map((fields): ValuePath => [name, ...fields]),
  );
}

/** The paths of the values within a type; one empty path for a type without fields. */
function fieldPaths(type: string): string[][] {
  const fields = fieldsOf(type);
  if (fields === undefined) return [[]];
  return fields.flatMap(({ name, type: inner }) =>
    fieldPaths(inner).map((rest) => [name, ...rest]),
  );
}

/** The fields of "STRUCT(a BIGINT, \"b c\" STRUCT(d DATE))"; undefined for other types. */
function fieldsOf(type: string): DataColumn[] | undefined {
  const inner = /^STRUCT\((.*)\)$/s.exec(type)?.[1];
  if (inner === undefined) return undefined;
  return splitAtCommas(inner).map((text) => {
    const quoted = /^"((?:[^"]|"")*)" (.*)$/s.exec(text);
    if (quoted) return { name: (quoted[1] ?? "").replaceAll('""', '"'), type: quoted[2] ?? "" };
    const space = text.indexOf(" ");
    return { name: text.slice(0, space), type: text.slice(space + 1) };
  });
}

/** Splits at the commas outside parentheses and quotes. */
function splitAtCommas(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let isQuoted = false;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (char === "(") depth += 1;
    else if (char === ")") depth -= 1;
    else if (char === "," && depth === 0) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return [...parts, text.slice(start).trim()];
}

/** The value of this name, in any case if none is spelled like it. */
export function findPath(name: string, paths: readonly ValuePath[]): ValuePath | undefined {
  return (
    paths.find((path) => pathName(path) === name) ??
    paths.find((path) => pathName(path).toLowerCase() === name.toLowerCase())
  );
}

/** The only value whose last field has this name, whatever it is part of. */
export function findByLastField(name: string, paths: readonly ValuePath[]): ValuePath | undefined {
  const last = (text: string) => text.split(".").at(-1)?.toLowerCase();
  const [found, other] = paths.filter((path) => last(pathName(path)) === last(name));
  return other === undefined ? found : undefined;
}
