/** Signs that a terminal without Unicode cannot show, as names that man knows. */
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

/** Of the source's own lines, before signs get their names. */
const mostCells = 70;

/** Plain text as man reads it: nothing in it is a request or an escape. */
export function roffText(text: string): string {
  return text.replace(/[\\\-↑↓←→…^~`']/g, (sign) => named[sign] ?? sign).replace(/^\./gm, "\\&.");
}

/** Text that is filled: its source is broken into short lines, which man joins again. */
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

/** A section of the page. */
export const section = (title: string): string => `.SH ${title.toUpperCase()}`;

export const subsection = (title: string): string => `.SS ${roffText(title)}`;

/** A term with what is to be said of it, indented below. */
export function entry(term: string, text: string): string {
  return `.TP\n${term}\n${filled(text)}`;
}

/** Lines that stand as they are. */
export function verbatim(lines: readonly string[]): string {
  return [".nf", ".RS 4", ...lines.map((line) => roffText(line) || "\\&"), ".RE", ".fi"].join("\n");
}
