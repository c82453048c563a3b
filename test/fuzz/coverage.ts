declare global {
  /** How often each place ran since the last check; see scripts/fuzz/instrument.mjs. */
  var fuzzCounters: Uint32Array | undefined;
}

/** The code that inputs have reached so far. */
export interface Coverage {
  /** True if the code since the last check reached a new place, or a place much more often than before. */
  isNew(): boolean;
  /** The number of places reached. */
  reached(): number;
  places: number;
}

export function createCoverage(counters: Uint32Array): Coverage {
  /** One bit per magnitude of the count, by place. */
  const seen = new Uint8Array(counters.length);
  return {
    places: counters.length,
    isNew() {
      let isNew = false;
      for (let place = 0; place < counters.length; place += 1) {
        const count = counters[place] ?? 0;
        if (count === 0) continue;
        const before = seen[place] ?? 0;
        const after = before | bitOf(count);
        if (after === before) continue;
        seen[place] = after;
        isNew = true;
      }
      counters.fill(0);
      return isNew;
    },
    reached: () => seen.reduce((sum, bits) => sum + (bits === 0 ? 0 : 1), 0),
  };
}

function bitOf(count: number): number {
  if (count < 4) return 1 << (count - 1);
  return count < 8 ? 8 : count < 16 ? 16 : count < 32 ? 32 : count < 128 ? 64 : 128;
}
