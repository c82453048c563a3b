import { mix, type Random, randomFrom } from "../../../source/sandbox/model/random.ts";

/** Random decisions that depend only on the seed. Each part of the world has its own sequence, so that one part does not shift another. */
export interface Chance extends Random {
  /** True in `percent` of 100 cases. */
  happens(percent: number): boolean;
  /** In [0, 1). */
  fraction(): number;
  /** Mostly near `low`, rarely near `high`. */
  skewed(low: number, high: number): number;
}

export function chanceFrom(seed: number, part: number): Chance {
  const random = randomFrom(mix(seed, part));
  const fraction = () => random.below(0x7fffffff) / 0x7fffffff;
  return {
    ...random,
    fraction,
    happens: (percent) => fraction() * 100 < percent,
    skewed: (low, high) => low + fraction() ** 4 * (high - low),
  };
}
