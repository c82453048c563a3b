const delimiters = [",", "\t", "|", ";"] as const;

/** Fields as in RFC 4180; stray quotes are text, and an unclosed one extends to the end. */
export function splitFields(record: string, delimiter: string): string[] {
  const fields: string[] = [];
  for (let at = 0; ; ) {
    let field = "";
    for (let parts = 0; record[at] === '"'; parts += 1) {
      const close = record.indexOf('"', at + 1);
      const end = close < 0 ? record.length : close;
      // Each further part follows an escaped quote.
      field += (parts > 0 ? '"' : "") + record.slice(at + 1, end);
      at = end + 1;
    }
    const next = record.indexOf(delimiter, at);
    field += record.slice(at, next < 0 ? record.length : next);
    fields.push(field);
    if (next < 0) return fields;
    at = next + delimiter.length;
  }
}

/** The delimiter that splits every line into the same number of fields, at least two. */
export function guessDelimiter(lines: readonly string[]): string | undefined {
  let best: string | undefined;
  let most = 1;
  for (const delimiter of delimiters) {
    const counts = new Set(lines.map((line) => splitFields(line, delimiter).length));
    const [count = 0] = counts;
    if (counts.size !== 1 || count <= most) continue;
    best = delimiter;
    most = count;
  }
  return best;
}

/** Numbers the names that are empty or duplicates. */
export function columnNames(header: readonly string[]): string[] {
  const taken = new Set<string>();
  return header.map((field, index) => {
    const name = field.trim();
    const own = name === "" || taken.has(name) ? `${name || "column"} ${index + 1}` : name;
    taken.add(own);
    return own;
  });
}

/** A row may be longer than the header. */
export function columnName(names: readonly string[], index: number): string {
  return names[index] ?? `column ${index + 1}`;
}

/** Removes the carriage return of a CRLF line end. */
export function withoutReturn(text: string): string {
  return text.endsWith("\r") ? text.slice(0, -1) : text;
}
