declare global {
  /** How often each place ran since the last look; see scripts/fuzz/instrument.mjs. */
  var fuzzCounters: Uint32Array | undefined;
}

/** What inputs have reached so far. */
export interface Coverage {
  /** True if what ran since the last look reached a new place, or a place much more often than before. */
  isNew(): boolean;
  /** How many places were reached. */
  reached(): number;
  places: number;
}

export function createCoverage(counters: Uint32Array): Coverage {
  /** By place, a bit for each magnitude of its count. */
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
