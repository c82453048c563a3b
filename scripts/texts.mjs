// Prints every text of the program by area, so that all of them can be read at once. Words choose areas.
import { loadSource } from "./load-source.mjs";

const print = (line) => void process.stdout.write(`${line}\n`);

const areas = {
  Screens: /^source\/ui\//,
  "Keys, hints and help": /^source\/keys\//,
  "Notices, questions and details": /^source\/store\//,
  Commands: /^source\/(commands|main)\/(?!completion\/\w+-script)/,
  Settings: /^source\/(config|domain\/settings)/,
  Doctor: /^source\/doctor\//,
  "Failures and the rest":
    /^source\/(?!sandbox\/|commands\/completion\/|current-table\/sql|documents\/)/,
};

const { visibleStrings } = await loadSource("test/documents/visible-strings.ts", {
  packages: "external",
});
const wanted = process.argv.slice(2).map((word) => word.toLowerCase());
/** A sentence, or the capitalised word of a title or label. */
const isText = (text) => /\p{L}{2}/u.test(text) && /\S\s+\S|^[A-Z][a-z-]+$/.test(text);
let rest = visibleStrings(process.cwd(), "source", isText);
for (const [title, pattern] of Object.entries(areas)) {
  const texts = rest.filter(({ at }) => pattern.test(at));
  rest = rest.filter(({ at }) => !pattern.test(at));
  if (wanted.length > 0 && !wanted.some((word) => title.toLowerCase().includes(word))) continue;
  print(`\n# ${title}`);
  let file = "";
  for (const { at, text } of texts) {
    const [path, line] = at.split(":");
    if (path !== file) print(`\n${path}`);
    file = path;
    print(`${line.padStart(5)}  ${text.trim().replace(/\s+/g, " ")}`);
  }
}
