import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { readKeys } from "../../../source/ui/plain/key-reader.ts";

/** The names of the keys that come of these packets, as soon as `count` of them are there. */
function namesOf(packets: readonly string[], count: number): Promise<string[]> {
  const stdin = new PassThrough();
  const names: string[] = [];
  return new Promise((resolve) => {
    const unread = readKeys(stdin, ({ name }) => {
      names.push(name);
      if (names.length < count) return;
      unread();
      resolve(names);
    });
    // At once, because half a second after an Esc the next is a key of its own.
    for (const packet of packets) stdin.write(packet);
  });
}

test.each<[string[], string[]]>([
  [["\u001bdj"], ["escape", "d", "j"]],
  [["\u001b/j"], ["escape", "/", "j"]],
  [["\u001b\rj"], ["escape", "enter", "j"]],
  [
    ["\u001b", "d", "j"],
    ["escape", "d", "j"],
  ],
  [
    ["\u001b", "\r", "j"],
    ["escape", "enter", "j"],
  ],
  [
    ["\u001b", "[A", "j"],
    ["up", "j"],
  ],
  [["\u001b\u0003"], ["escape", "ctrl-c"]],
])("%j are %j", async (packets, names) => {
  expect(await namesOf(packets, names.length)).toEqual(names);
});
