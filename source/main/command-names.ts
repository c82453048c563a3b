/** Every command, for whoever has not loaded them. */
export const commandNames = [
  "login",
  "logout",
  "status",
  "token",
  "profiles",
  "config",
  "buckets",
  "packages",
  "file-sets",
  "files",
  "url",
  "peek",
  "cat",
  "get",
  "sync",
  "watch",
  "subscriptions",
  "plan",
  "expect",
  "verify",
  "table",
  "doctor",
  "sandbox",
  "completion",
  "schema",
  "names",
  "help",
] as const;

export type CommandName = (typeof commandNames)[number];

/** The first word that names a command. It may also be an argument of the terminal program. */
export function findCommandName(args: readonly string[]): CommandName | undefined {
  for (const word of args) {
    const found = commandNames.find((name) => name === word);
    if (found !== undefined) return found;
  }
  return undefined;
}
