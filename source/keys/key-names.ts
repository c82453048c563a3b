/** How keys with names are written for people. */
const written: ReadonlyMap<string, string> = new Map([
  ["up", "↑"],
  ["down", "↓"],
  ["left", "←"],
  ["right", "→"],
  ["shift-left", "Shift-←"],
  ["shift-right", "Shift-→"],
  ["pageup", "PgUp"],
  ["pagedown", "PgDn"],
  ["home", "Home"],
  ["end", "End"],
  ["enter", "Enter"],
  ["escape", "Esc"],
  ["tab", "Tab"],
  ["shift-tab", "Shift-Tab"],
  ["space", "Space"],
  ["backspace", "Backspace"],
  ["delete", "Delete"],
]);

/** A key as people read it: "Esc", "^D", "x". */
export function writtenKey(name: string): string {
  if (name === "nameless") return "This key";
  const control = /^ctrl-(.+)$/.exec(name)?.[1];
  if (control !== undefined) return `^${written.get(control) ?? control.toUpperCase()}`;
  return written.get(name) ?? name;
}

/** True for what a key can be called: one character, a name, or ctrl- and a letter. */
export function isKeyName(name: string): boolean {
  if (written.has(name) || /^ctrl-[a-z]$/.test(name)) return true;
  return /^[\x21-\x7e]$/.test(name);
}
