import { type Resources, resourceNames } from "./resources.ts";

/** How much more may be held at the end than at the beginning: a share of it, and an amount. */
const allowed: Readonly<Record<keyof Resources, readonly [share: number, amount: number]>> = {
  heap: [0.05, 1.5],
  // The garbage collector may free the buffers of ended requests much later.
  buffers: [0.1, 32],
  resident: [0.15, 24],
  files: [0, 3],
  // Connections that are kept for the next request come and go.
  sockets: [0, 12],
  handles: [0, 3],
};

/** The median of fewer readings may be a short peak. */
const fewestReadings = 5;

export interface Growth {
  name: keyof Resources;
  first: number;
  last: number;
  most: number;
  /** A short soak of a busy machine has too few readings. */
  verdict: "held" | "GREW" | "too few readings";
}

/**
 * Compares what was held after the warm-up with what is held at the end, by the medians of a quarter of
 * the readings each.
 */
export function growthOf(readings: readonly Resources[]): Growth[] {
  const warm = readings.slice(Math.floor(readings.length / 5));
  const quarter = Math.max(1, Math.floor(warm.length / 4));
  return resourceNames.map((name) => {
    const values = warm.map((held) => held[name]);
    const first = median(values.slice(0, quarter));
    const last = median(values.slice(-quarter));
    const [share, amount] = allowed[name];
    const grew = last > first * (1 + share) + amount ? "GREW" : "held";
    return {
      name,
      first,
      last,
      most: Math.max(...values),
      verdict: quarter < fewestReadings ? "too few readings" : grew,
    };
  });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
