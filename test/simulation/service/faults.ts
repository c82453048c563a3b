import type { Chance } from "../world/chance.ts";

/** Faults of any request. */
const requestFaults = [
  "refused",
  "reset-before",
  "lost",
  "silent",
  "swallowed",
  "broken",
  "slow",
  "500",
  "502-page",
  "503",
  "429",
] as const;

/** Further faults of the object store. Faults that leave a partial file are more frequent, because they lead to a resume. */
const objectFaults = [
  "expired",
  "400-token",
  "404",
  "412",
  "416",
  "stall",
  "cut",
  "cut",
  "cut",
  "slow-body",
  "other-content",
  "other-content",
] as const;

/** Only for files whose md5 or size is listed; otherwise nothing could detect these faults. */
const lies = [
  "wrong-bytes",
  "wrong-place",
  "wrong-range",
  "no-tag",
  "whole",
  "longer",
  "shorter",
  "cut-chunked",
] as const;

export type RequestFault = (typeof requestFaults)[number];
export type ObjectFault = RequestFault | (typeof objectFaults)[number] | (typeof lies)[number];

/** Decides which requests fail, until the faults end. */
export class Faults {
  readonly #chance: Chance;
  readonly #percent: number;
  readonly #tokenPercent: number;
  isOver = false;
  /** How often each fault happened. */
  readonly counts = new Map<string, number>();

  constructor(chance: Chance) {
    this.#chance = chance;
    // Some worlds have few faults, so that processes also get far beyond a fault.
    this.#percent = chance.pick([0, 2, 8, 20]);
    this.#tokenPercent = chance.pick([0, 5, 15, 40]);
  }

  ofRequest(isToken: boolean): RequestFault | undefined {
    const percent = isToken ? this.#tokenPercent : this.#percent;
    return this.#happens(percent) ? this.#count(pickFrom(this.#chance, requestFaults)) : undefined;
  }

  ofObject(showsLies: boolean): ObjectFault | undefined {
    if (!this.#happens(2.5 * this.#percent)) return undefined;
    const chance = this.#chance;
    const kind = chance.below(showsLies ? 4 : 2);
    if (kind === 0) return this.#count(pickFrom(chance, requestFaults));
    if (kind === 1) return this.#count(pickFrom(chance, objectFaults));
    return this.#count(pickFrom(chance, lies));
  }

  #happens(percent: number): boolean {
    return !this.isOver && this.#chance.happens(percent);
  }

  #count<Fault extends string>(fault: Fault): Fault {
    this.counts.set(fault, (this.counts.get(fault) ?? 0) + 1);
    return fault;
  }
}

function pickFrom<Fault>(chance: Chance, faults: readonly [Fault, ...Fault[]]): Fault {
  return chance.pick(faults);
}
