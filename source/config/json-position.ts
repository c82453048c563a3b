/** The line, from 1, of the last key of `path` in a JSON text: "keys.download" is "download" in "keys". */
export function lineOf(text: string, path: string): number | undefined {
  let at = 0;
  for (const name of path.split(".")) {
    const found = text.indexOf(`${JSON.stringify(name)}:`, at);
    at = found === -1 ? text.indexOf(JSON.stringify(name), at) : found;
    if (at === -1) return undefined;
  }
  return text.slice(0, at).split("\n").length;
}

/** The place of a JSON syntax error, as "line 3, column 5", from the parser's message. */
export function brokenAt(text: string, complaint: string): string | undefined {
  const at = Number(/position (\d+)/.exec(complaint)?.[1] ?? Number.NaN);
  if (Number.isNaN(at)) return /end of JSON/.test(complaint) ? "its end" : undefined;
  const lines = text.slice(0, at).split("\n");
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
}
