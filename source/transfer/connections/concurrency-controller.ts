/** What was seen over one window of time. */
interface Measurement {
  bytesPerSecond: number;
  /** How busy this process was, from 0 to 1. Where it is the limit, more connections help nobody. */
  busy: number;
}

/** How many connections are good now: more while the whole gets faster, fewer where that changes nothing. */
export interface Climb {
  target(): number;
  /** To be called once a window, while as many connections run as are wanted. */
  measure(measurement: Measurement): void;
  /** The store asked for less. */
  refused(): void;
  /** The store is far: one connection alone gathers way slowly, and each measurement takes long. */
  far(): void;
  /** What was learnt is worth nothing any more: other files, another number of them. */
  restart(least: number): void;
}

/** Of the gain that as many times the connections could give, so much must come. */
const gainAccepted = 0.2;
/** Taking connections back may cost so much of the rate. */
const lossAccepted = 0.03;
/** This process must not be busier than this with the connections to come. */
const mostBusy = 0.85;
/** A rate that still grows by so much tells nothing yet: the first connection gathers way. */
const growthSettled = 1.3;
/** With so many it begins where the store is far. */
const farTarget = 4;
const firstHold = 12;
const longestHold = 96;

type Trial = { from: number; to: number; baseRate: number; settled: boolean };

/** Begins with `least` connections; never more than `most`. */
export function createClimb(least: number, most: number): Climb {
  let target = Math.min(least, most);
  let floor = target;
  let lastRate: number | undefined;
  let trial: Trial | undefined;
  let hold = 0;
  let nextHold = firstHold;
  /** Multiplied with in a trial; below 1 it takes connections back. */
  let step = 4;

  const begin = (baseRate: number, busy: number) => {
    const growth = Math.min(step, mostBusy / Math.max(busy, 0.01));
    const to =
      step > 1
        ? Math.min(
            most,
            growth < 1.3
              ? target
              : Math.max(Math.floor(target * growth), growth < step ? target : target + 1),
          )
        : Math.max(floor, Math.floor(target * step));
    if (to === target) {
      rest();
      return;
    }
    trial = { from: target, to, baseRate, settled: false };
    target = to;
  };

  /** Stays where it is for a while; then it looks downwards and upwards in turn. */
  const rest = () => {
    hold = nextHold;
    nextHold = Math.min(longestHold, nextHold * 2);
    step = step > 1 ? 0.7 : 1.5;
    lastRate = undefined;
  };

  const judge = ({ from, to, baseRate }: Trial, rate: number, busy: number) => {
    trial = undefined;
    const isBetter =
      to > from
        ? rate >= baseRate * (1 + gainAccepted * (to / from - 1))
        : rate >= baseRate * (1 - lossAccepted);
    if (isBetter && rate > 0) {
      if (to > from) step = Math.min(step, 2);
      begin(rate, busy);
      return;
    }
    target = from;
    rest();
  };

  return {
    target: () => target,
    measure({ bytesPerSecond: rate, busy }) {
      if (hold > 0) {
        hold -= 1;
        return;
      }
      if (trial !== undefined) {
        if (trial.settled) judge(trial, rate, busy);
        else trial.settled = true;
        return;
      }
      const before = lastRate;
      lastRate = rate;
      if (before === undefined || rate === 0 || rate > before * growthSettled) return;
      begin(Math.max(rate, before), busy);
    },
    refused() {
      trial = undefined;
      target = Math.max(1, Math.floor(target / 2));
      floor = Math.min(floor, target);
      nextHold = firstHold;
      step = 1.5;
      hold = nextHold;
    },
    far() {
      if (trial === undefined && hold === 0) target = Math.min(most, Math.max(target, farTarget));
    },
    restart(least) {
      const wasHigher = trial === undefined ? target : trial.from;
      trial = undefined;
      lastRate = undefined;
      floor = Math.min(most, least);
      target = Math.min(most, Math.max(floor, wasHigher));
    },
  };
}
