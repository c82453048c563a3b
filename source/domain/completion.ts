function commonPrefix(names: readonly string[]): string {
  const [first = "", ...others] = names;
  const isShared = (length: number) => {
    const prefix = first.slice(0, length).toLowerCase();
    return others.every((name) => name.toLowerCase().startsWith(prefix));
  };
  let length = first.length;
  while (!isShared(length)) length--;
  return first.slice(0, length);
}

export interface Completion {
  text: string;
  /** The names that the typed text may still become. */
  matches: readonly string[];
}

/** Completes `typed` as far as the names that begin with it agree; if none does, to the only name that contains it. */
export function completed(typed: string, names: readonly string[]): Completion {
  const wanted = typed.toLowerCase();
  const beginning = names.filter((name) => name.toLowerCase().startsWith(wanted));
  if (beginning.length > 0) return { text: commonPrefix(beginning), matches: beginning };
  const matches = names.filter((name) => name.toLowerCase().includes(wanted));
  return { text: matches.length === 1 ? (matches[0] ?? typed) : typed, matches };
}
