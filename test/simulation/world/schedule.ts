interface Planned {
  atMs: number;
  order: number;
  work: () => void;
}

/** Events in the order of a clock that is stopped while any event runs. */
export class Schedule {
  readonly #heap: Planned[] = [];
  #nowMs = 0;
  #order = 0;

  get nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, work: () => void): Planned {
    this.#order += 1;
    const planned = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order, work };
    this.#rise(this.#heap.push(planned) - 1, planned);
    return planned;
  }

  wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve));
  }

  /** Runs events until `isOver`; false if none is left or the clock passes `limitMs`. */
  async run(isOver: () => boolean, limitMs: number): Promise<boolean> {
    await settled();
    while (!isOver()) {
      const next = this.#take();
      if (next === undefined || next.atMs > limitMs) return false;
      this.#nowMs = next.atMs;
      next.work();
      await settled();
    }
    return true;
  }

  #take(): Planned | undefined {
    const [first] = this.#heap;
    const last = this.#heap.pop();
    if (first !== undefined && last !== undefined && first !== last) this.#sink(last);
    return first;
  }

  #rise(from: number, planned: Planned): void {
    let at = from;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const other = this.#heap[above];
      if (other === undefined || isEarlier(other, planned)) break;
      this.#heap[at] = other;
      at = above;
    }
    this.#heap[at] = planned;
  }

  #sink(planned: Planned): void {
    let at = 0;
    for (;;) {
      const [left, right] = [this.#heap[2 * at + 1], this.#heap[2 * at + 2]];
      if (left === undefined) break;
      const isRight = right !== undefined && isEarlier(right, left);
      const below = isRight ? right : left;
      if (isEarlier(planned, below)) break;
      this.#heap[at] = below;
      at = 2 * at + (isRight ? 2 : 1);
    }
    this.#heap[at] = planned;
  }
}

function isEarlier(one: Planned, other: Planned): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
}

/** Resolves when everything that the last event triggered without a timer has run. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
