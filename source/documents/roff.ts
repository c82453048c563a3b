/** Characters that need an escape, some of them for terminals without Unicode. */
const named: Readonly<Record<string, string>> = {
  "\\": "\\e",
  "-": "\\-",
  "↑": "\\(ua",
  "↓": "\\(da",
  "←": "\\(<-",
  "→": "\\(->",
  "…": "...",
  "^": "\\(ha",
  "~": "\\(ti",
  "`": "\\(ga",
  "'": "\\(aq",
};

/** Line length of the source before escaping. */
const mostCells = 70;

/** Escapes plain text: nothing in it is read as a request or an escape. */
export function roffText(text: string): string {
  return text.replace(/[\\\-↑↓←→…^~`']/g, (sign) => named[sign] ?? sign).replace(/^\./gm, "\\&.");
}

/** Breaks the source into short lines, which man joins again. */
export function filled(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const longer = `${lines.at(-1) ?? ""} ${word}`;
    if (lines.length > 0 && longer.length <= mostCells) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.map(roffText).join("\n");
}

export const bold = (text: string): string => `\\fB${roffText(text)}\\fP`;

export const section = (title: string): string => `.SH ${title.toUpperCase()}`;

export const subsection = (title: string): string => `.SS ${roffText(title)}`;

/** A term with its description indented below. */
export function entry(term: string, text: string): string {
  return `.TP\n${term}\n${filled(text)}`;
}

export function verbatim(lines: readonly string[]): string {
  return [".nf", ".RS 4", ...lines.map((line) => roffText(line) || "\\&"), ".RE", ".fi"].join("\n");
}
