import { type LimitNow, type LimitRate, limitAt, unlimited } from "./limit-rate.ts";

/** Passed in so that tests control time. */
export interface BandwidthClock {
  /** Monotonic milliseconds. */
  nowMs(): number;
  /** Milliseconds since 1970, which decide the entry of a timetable. */
  wallMs(): number;
  after(ms: number, callback: () => void): void;
}

const systemTime: BandwidthClock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  after: (ms, callback) => void setTimeout(callback, ms),
};

/** The part of one connection in the bandwidth. */
export interface BandwidthShare {
  /** Counts received bytes, or 0 before a request. If false, read nothing until `granted` is called. */
  take(bytes: number): boolean;
  /** Returns what was granted and not used. */
  leave(): void;
}

/** What may be saved up while nothing is received, and what may be granted in advance, in seconds of the rate. */
const burstSeconds = 0.2;
const mostGrantBytes = 256 * 1024;
const leastGrantBytes = 1_024;
/** Shorter waits would only cost time. */
const leastWaitMs = 10;
/** The timetable or the clock may have changed by then. */
const mostWaitMs = 1_000;

interface Share {
  granted(): void;
  /** Bytes that may still arrive before the share must wait. */
  left: number;
}

/**
 * The limit of all object bytes that the process receives: one token bucket, whose tokens are granted to the
 * connections in turn and in advance, so that no connection reads more than a small part of a second.
 */
export class Bandwidth {
  readonly #clock: BandwidthClock;
  readonly #shares = new Set<Share>();
  /** Longest waiting first. */
  readonly #waiting = new Set<Share>();
  #limitRate: LimitRate;
  #limit: LimitNow;
  #minute: number;
  /** Negative after more bytes than granted have arrived. */
  #balance = 0;
  #filledAtMs: number;
  #isTimed = false;

  constructor(limitRate = unlimited, clock = systemTime) {
    this.#clock = clock;
    this.#limitRate = limitRate;
    this.#filledAtMs = clock.nowMs();
    this.#minute = minuteOf(clock.wallMs());
    this.#limit = limitAt(limitRate, clock.wallMs());
  }

  get limitRate(): LimitRate {
    return this.#limitRate;
  }

  now(): LimitNow {
    const wallMs = this.#clock.wallMs();
    if (minuteOf(wallMs) !== this.#minute) this.#apply(wallMs);
    return this.#limit;
  }

  /** True while connections wait for the limit; more connections would not help then. */
  isReached(): boolean {
    this.now();
    this.#fill();
    return this.#waiting.size > 0 || this.#balance < 0;
  }

  /** Without an argument the limit rate stays. */
  change(limitRate = this.#limitRate): void {
    this.#limitRate = limitRate;
    this.#apply(this.#clock.wallMs());
    this.#grantNext();
  }

  /** The most bytes that one read of a connection should ask for; Infinity without a limit. */
  readBytes(): number {
    const { bytesPerSecond } = this.now();
    if (!Number.isFinite(bytesPerSecond)) return bytesPerSecond;
    const share = Math.floor((burstSeconds * bytesPerSecond) / Math.max(1, this.#shares.size));
    return Math.min(mostGrantBytes, Math.max(leastGrantBytes, share));
  }

  join(granted: () => void): BandwidthShare {
    const share: Share = { granted, left: 0 };
    this.#shares.add(share);
    return {
      take: (bytes) => this.#take(share, bytes),
      leave: () => {
        this.#waiting.delete(share);
        if (!this.#shares.delete(share)) return;
        this.#balance += share.left;
        this.#fill();
      },
    };
  }

  #take(share: Share, bytes: number): boolean {
    if (!Number.isFinite(this.now().bytesPerSecond)) return true;
    this.#fill();
    share.left -= bytes;
    if (share.left > 0) return true;
    this.#balance += share.left;
    share.left = 0;
    if (this.#waiting.size === 0 && this.#balance >= 0) {
      this.#grant(share);
      return true;
    }
    this.#waiting.add(share);
    this.#grantLater();
    return false;
  }

  #grant(share: Share): void {
    share.left = this.readBytes();
    this.#balance -= share.left;
  }

  #grantNext(): void {
    const isLimited = Number.isFinite(this.now().bytesPerSecond);
    this.#fill();
    for (const share of this.#waiting) {
      if (isLimited && this.#balance < 0) break;
      this.#waiting.delete(share);
      if (isLimited) this.#grant(share);
      share.granted();
    }
    this.#grantLater();
  }

  #grantLater(): void {
    if (this.#isTimed || this.#waiting.size === 0) return;
    const waitMs = (Math.max(0, -this.#balance) * 1_000) / this.#limit.bytesPerSecond;
    this.#isTimed = true;
    this.#clock.after(Math.min(mostWaitMs, Math.max(leastWaitMs, waitMs)), () => {
      this.#isTimed = false;
      this.#grantNext();
    });
  }

  /** Adds the tokens of the time since the last call. */
  #fill(): void {
    const nowMs = this.#clock.nowMs();
    const elapsedMs = Math.max(0, nowMs - this.#filledAtMs);
    this.#filledAtMs = nowMs;
    const { bytesPerSecond } = this.#limit;
    if (!Number.isFinite(bytesPerSecond)) return;
    const tokens = (elapsedMs * bytesPerSecond) / 1_000;
    this.#balance = Math.min(burstSeconds * bytesPerSecond, this.#balance + tokens);
  }

  /** Scales the balance, so that a debt takes as long to pay as at the old rate, and cuts grants to the new rate. */
  #apply(wallMs: number): void {
    this.#fill();
    const before = this.#limit.bytesPerSecond;
    this.#minute = minuteOf(wallMs);
    this.#limit = limitAt(this.#limitRate, wallMs);
    const { bytesPerSecond } = this.#limit;
    if (bytesPerSecond === before) return;
    const isScaled = Number.isFinite(before) && Number.isFinite(bytesPerSecond);
    this.#balance = isScaled ? (this.#balance * bytesPerSecond) / before : 0;
    const most = Number.isFinite(bytesPerSecond) ? this.readBytes() : 0;
    for (const share of this.#shares) share.left = Math.min(share.left, most);
  }
}

function minuteOf(ms: number): number {
  return Math.floor(ms / 60_000);
}
