/** An unsigned 32-bit seed from `text` (FNV-1a). */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return mix(hash, text.length);
}

/** Mixes two numbers into an unsigned 32-bit one (the finalizer of MurmurHash3). */
export function mix(seed: number, step: number): number {
  let hash = (seed ^ Math.imul(step + 1, 0x9e3779b1)) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Lower-case hex digits that depend on the seed alone. */
export function hexOf(seed: number, digits: number): string {
  let hex = "";
  for (let step = 0; hex.length < digits; step++) {
    hex += mix(seed, step).toString(16).padStart(8, "0");
  }
  return hex.slice(0, digits);
}

/** The same seed gives the same sequence. */
export interface Random {
  /** From 0 to `limit - 1`. */
  below(limit: number): number;
  /** From `low` to `high`, with `decimals` decimal places. */
  between(low: number, high: number, decimals: number): number;
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
}

export function randomFrom(seed: number): Random {
  let step = 0;
  const next = () => mix(seed, step++);
  return {
    below: (limit) => next() % limit,
    between: (low, high, decimals) =>
      Number((low + (next() / 0xffffffff) * (high - low)).toFixed(decimals)),
    pick: (items) => items[next() % items.length] ?? items[0],
  };
}
