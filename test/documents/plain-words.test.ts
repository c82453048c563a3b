import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { stringsOf, visibleStrings } from "./visible-strings.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A phrase that stops a native reader, and what to write in its place. */
const banned: readonly [phrase: RegExp, better: string][] = [
  [/\btold\b/i, "shown or reported"],
  [/\banew\b/i, "again"],
  [/\bwhere there (is|are)\b/i, "if there is"],
  [/\bso (many|long after)\b/i, "the number, or maximum number of"],
  [/\bwhoever\b/i, "anyone who, or the next user"],
  [/\bnobody\b|\bsomebody\b/i, "the user, or a sentence with another subject"],
  [/\bturns? (it|them|the [\w ]+) round\b/i, "reverse"],
  [/\b(is|are) there already\b|\b(?<!is |are )there already\b/i, "exists, or up to date"],
  [/\bare there\b(?!\?)/i, "exist"],
  [/\bwould come\b/i, "new"],
  [/\bstands? (there|beside|under|over)\b/i, "is"],
  [/\bwhat is known of\b/i, "details"],
  [/\bthat is typed\b/i, "typed"],
  [/\b(was|were|is|are|than) asked for\b/i, "requested"],
  [/\bnot known here\b/i, "unknown"],
  [/\b(is|are|fits?) none of\b/i, "unknown, with the choices; or matches none of"],
  [/\bis no (file|folder|key|number|command)\b/i, "is not a"],
  [/\bhas that in (it|its)\b/i, "matches"],
  [/\btakes? (all|its|their|the) marks?\b.*\baway\b/i, "clear marks"],
  [/\bdoes that (on|in)\b/i, "is not available in"],
  [/\bthe last time\b/i, "the last session"],
  [/\b(keeps?|kept) at it\b/i, "keeps running"],
  [/\bno matter of\b/i, "a direct statement"],
  [/\bcall's words\b|\breading the call\b/i, "usage error"],
  [/\b(goes|go|going|went|gone) on\b/i, "resume, or continue"],
  [/\bonce more\b/i, "again"],
  [/\bmeanwhile\b/i, "the time it means"],
  [/, else\b/i, "otherwise, or a second sentence"],
  [/\bleaves? (all|it) as\b/i, "cancel"],
  [/\bcounts from\b/i, "takes effect after"],
  [/\bbehind its name\b/i, "after its name"],
];

/** The shells' own words. */
const scripts = /^source\/commands\/completion\/\w+-script\.ts:/;

function complaints(strings: readonly { at: string; text: string }[]): string[] {
  return strings.flatMap(({ at, text }) =>
    banned.flatMap(([phrase, better]) => {
      const found = phrase.exec(text)?.[0];
      return found === undefined ? [] : [`${at} has "${found}" in "${text}": write ${better}`];
    }),
  );
}

describe("the strings of the program", () => {
  it("have plain words", () => {
    const strings = visibleStrings(root, "source").filter(({ at }) => !scripts.test(at));
    expect(strings.length).toBeGreaterThan(1_000);
    expect(complaints(strings)).toEqual([]);
  });

  it("are found in literals, templates and JSX, and reported with their line", () => {
    const source = [
      'const a = "so many files";',
      "const b = `\u0024{a} are there`;",
      "const c = <Text>all told</Text>;",
    ].join("\n");
    expect(complaints(stringsOf("a.tsx", source))).toEqual([
      'a.tsx:1 has "so many" in "so many files": write the number, or maximum number of',
      'a.tsx:2 has "are there" in "… are there": write exist',
      'a.tsx:3 has "told" in "all told": write shown or reported',
    ]);
  });
});
