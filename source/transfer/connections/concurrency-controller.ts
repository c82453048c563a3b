interface Measurement {
  bytesPerSecond: number;
  /** Load of this process, from 0 to 1; at its limit more connections do not help. */
  busy: number;
}

/** Finds the best number of connections: more while the total throughput grows, fewer if it does not suffer. */
export interface ConcurrencyController {
  target(): number;
  /** Call it once per window while `target` connections run. */
  measure(measurement: Measurement): void;
  backOff(): void;
  /** Discards measurements, because the set of files changed. */
  reset(minimum: number): void;
}

/** Keep added connections only if they give at least this fraction of a linear speed-up. */
const gainAccepted = 0.2;
/** Fewer connections may cost this fraction of the rate. */
const lossAccepted = 0.03;
/** Add only as many connections as leave this process below this load. */
const mostBusy = 0.85;
/** While the rate still grows by this factor, the first connection has not reached its speed. */
const growthSettled = 1.3;
/** Windows to wait after a failed probe; they double up to the longest. */
const firstCooldown = 12;
const longestCooldown = 96;

/** A trial of another number of connections. */
interface Probe {
  from: number;
  to: number;
  baseRate: number;
  /** True once a window has passed since the change. */
  isSettled: boolean;
}

/** Starts with `first` connections and never exceeds `maximum`. */
export function createConcurrencyController(first: number, maximum: number): ConcurrencyController {
  let target = Math.min(first, maximum);
  let floor = 1;
  let lastRate: number | undefined;
  let probe: Probe | undefined;
  let cooldown = 0;
  let nextCooldown = firstCooldown;
  /** Factor of the next probe; below 1 it removes connections. */
  let step = 4;

  const begin = (baseRate: number, busy: number) => {
    const to = step > 1 ? grown(busy) : Math.max(floor, Math.floor(target * step));
    if (to === target) return rest();
    probe = { from: target, to, baseRate, isSettled: false };
    target = to;
  };

  const grown = (busy: number) => {
    const growth = Math.min(step, mostBusy / Math.max(busy, 0.01));
    if (growth < 1.3) return Math.min(maximum, target);
    const least = growth < step ? target : target + 1;
    return Math.min(maximum, Math.max(Math.floor(target * growth), least));
  };

  /** Pauses probing, then alternates between fewer and more connections. */
  const rest = () => {
    cooldown = nextCooldown;
    nextCooldown = Math.min(longestCooldown, nextCooldown * 2);
    step = step > 1 ? 0.7 : 1.5;
    lastRate = undefined;
  };

  const conclude = ({ from, to, baseRate }: Probe, rate: number, busy: number) => {
    probe = undefined;
    const leastRate =
      to > from ? baseRate * (1 + gainAccepted * (to / from - 1)) : baseRate * (1 - lossAccepted);
    if (rate >= leastRate && rate > 0) {
      if (to > from) step = Math.min(step, 2);
      return begin(rate, busy);
    }
    target = from;
    rest();
  };

  return {
    target: () => target,
    measure({ bytesPerSecond: rate, busy }) {
      if (cooldown > 0) {
        cooldown -= 1;
        return;
      }
      if (probe !== undefined) {
        if (probe.isSettled) conclude(probe, rate, busy);
        else probe.isSettled = true;
        return;
      }
      const before = lastRate;
      lastRate = rate;
      if (before === undefined || rate === 0 || rate > before * growthSettled) return;
      begin(Math.max(rate, before), busy);
    },
    backOff() {
      probe = undefined;
      target = Math.max(1, Math.floor(target / 2));
      floor = Math.min(floor, target);
      nextCooldown = firstCooldown;
      step = 1.5;
      cooldown = nextCooldown;
    },
    reset(least) {
      const wasHigher = probe === undefined ? target : probe.from;
      probe = undefined;
      lastRate = undefined;
      floor = Math.min(maximum, least);
      target = Math.min(maximum, Math.max(floor, wasHigher));
    },
  };
}
