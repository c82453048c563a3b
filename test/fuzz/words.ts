import fs from "node:fs";

/** Values that often break parsers. */
const hostile = [
  ...[
    "",
    "0",
    "-1",
    "1e999",
    "9007199254740993",
    "18446744073709551615",
    "0.5",
    "null",
    "[]",
    "{}",
  ],
  ...["__proto__", "constructor", "toString", "../x", "..\\x", "/", "\\", "C:", "CON", ".", " "],
  ...[
    "\0",
    "\n",
    "\r\n",
    "\u001b[2J",
    "\u009b2J",
    "\u202e",
    "\u2028",
    "\u00ad",
    "e\u0301",
    "\ud83d\ude00",
  ],
  ...["a".repeat(300), "[".repeat(40), '{"a":'.repeat(40), "2026-02-30T25:61:61Z", "\n----\n", '"'],
];

/** The strings and field names in the files, and hostile values. */
export function wordsIn(files: readonly string[]): Buffer[] {
  const words = new Set(hostile);
  for (const file of files) {
    const text = fs.readFileSync(file, "utf8");
    for (const [, quoted, field] of text.matchAll(/"([^"\\\n]{1,40})"|\b(\w{2,40})\??:/g)) {
      if (quoted !== undefined) words.add(quoted).add(`"${quoted}"`);
      if (field !== undefined) words.add(`"${field}":`).add(`"${field}"`);
    }
  }
  return [...words].map((word) => Buffer.from(word));
}
