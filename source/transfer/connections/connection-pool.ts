import { performance } from "node:perf_hooks";
import { createClimb } from "./concurrency-controller.ts";
import { type ConnectionLimit, createConnectionLimit } from "./connection-limit.ts";

/** One file's part in the connections that all files share. */
export interface Share {
  /** How many connections this file may use now; at least one. */
  size(): number;
  /** True while one more request of this file may be open. */
  mayOpen(): boolean;
  /** Has `grew` called once a request may be open: this file has none. */
  wait(): void;
  /** A request began; to be called again when it ended. */
  opened(): void;
  closed(): void;
  /** Milliseconds from asking to the beginning of the answer. */
  answered(ms: number): void;
  received(bytes: number): void;
  /** A connection was held up for so many milliseconds, since the disk did not keep up. */
  held(ms: number): void;
  /** The file could use another number of connections than before. */
  changed(): void;
  /** The store asked for less. */
  refused(): void;
  /** The file needs no connections any more. */
  leave(): void;
}

export interface Lanes {
  /**
   * `wants` tells how many connections the file could use; `grew` is called when it may use more
   * than before.
   */
  join(member: { wants(): number; grew(): void }): Share;
  within: ConnectionLimit["within"];
  /** Open requests of all files that joined. */
  open(): number;
  /** Milliseconds until the store begins to answer, as of late. */
  answerMs(): number;
  bytesPerSecond(): number;
}

interface Member {
  wants(): number;
  grew(): void;
  size: number;
}

const leastWindowMs = 150;
const mostWindowMs = 1_000;
/** A first answer that is waited for so long, with its connection's beginning, comes from afar. */
const farMs = 100;
/** Where connections wait for the disk for a longer part of the time, more of them would only fill the memory. */
const mostHeld = 0.3;
/** A window must be long against the time that an answer needs to come. */
const answersPerWindow = 4;

/** Shares at most `connections` among the files: as many as make the whole faster, evenly. */
export function createLanes(connections: number): Lanes {
  const members = new Set<Member>();
  const limit = createConnectionLimit(connections);
  const climb = createClimb(1, connections);
  let open = 0;
  let bytes = 0;
  let heldMs = 0;
  let answerMs = 0;
  let rate = 0;
  let windowBeganMs = 0;
  let lastLoad = performance.eventLoopUtilization();
  let loadBefore = lastLoad;
  let timer: NodeJS.Timeout | undefined;

  function spread(): void {
    const total = Math.max(climb.target(), members.size);
    const sizes = new Map([...members].map((member) => [member, 1]));
    let left = total - members.size;
    while (left > 0) {
      let given = 0;
      for (const [member, size] of sizes) {
        if (left === 0 || size >= member.wants()) continue;
        sizes.set(member, size + 1);
        given += 1;
        left -= 1;
      }
      if (given === 0) break;
    }
    for (const [member, size] of sizes) {
      const grew = size > member.size;
      member.size = size;
      if (grew) member.grew();
    }
  }

  function measure(): void {
    timer = undefined;
    if (members.size === 0) return;
    const nowMs = performance.now();
    const load = performance.eventLoopUtilization();
    const busy = performance.eventLoopUtilization(load, lastLoad).utilization;
    lastLoad = load;
    rate = (bytes * 1_000) / (nowMs - windowBeganMs);
    const held = heldMs / (Math.max(1, open) * (nowMs - windowBeganMs));
    bytes = 0;
    heldMs = 0;
    windowBeganMs = nowMs;
    const wanted = [...members].reduce((sum, member) => sum + member.wants(), 0);
    if (wanted >= climb.target()) {
      climb.measure({ bytesPerSecond: rate, busy: held > mostHeld ? 1 : busy });
    }
    spread();
    watch();
  }

  /** Before the first bytes there is nothing to measure. */
  function begin(): void {
    windowBeganMs = performance.now();
    lastLoad = performance.eventLoopUtilization();
    clearTimeout(timer);
    timer = undefined;
    watch();
  }

  function watch(): void {
    if (timer !== undefined) return;
    const windowMs = Math.min(mostWindowMs, Math.max(leastWindowMs, answersPerWindow * answerMs));
    timer = setTimeout(measure, windowMs);
  }

  return {
    join({ wants, grew }) {
      const member: Member = { wants, grew, size: 1 };
      const seat = limit.join();
      if (members.size === 0) {
        bytes = 0;
        windowBeganMs = performance.now();
        lastLoad = performance.eventLoopUtilization();
        loadBefore = lastLoad;
      }
      members.add(member);
      climb.restart(members.size);
      watch();
      return {
        size: () => member.size,
        mayOpen: seat.mayOpen,
        wait: () => seat.wait(grew),
        opened() {
          open += 1;
          seat.opened();
        },
        closed() {
          open -= 1;
          seat.closed();
        },
        answered(ms) {
          // What this process itself needed to begin says nothing about the store.
          const { idle } = performance.eventLoopUtilization(loadBefore);
          if (answerMs === 0 && Math.min(ms, idle) > farMs) climb.far();
          answerMs = answerMs === 0 ? ms : answerMs * 0.8 + ms * 0.2;
        },
        received(count) {
          if (rate === 0 && bytes === 0) begin();
          bytes += count;
        },
        held(ms) {
          heldMs += ms;
        },
        changed: spread,
        refused() {
          climb.refused();
          spread();
        },
        leave() {
          members.delete(member);
          seat.leave();
          if (members.size > 0) {
            climb.restart(members.size);
            spread();
          } else {
            clearTimeout(timer);
            timer = undefined;
          }
        },
      };
    },
    within: limit.within,
    open: () => open,
    answerMs: () => answerMs,
    bytesPerSecond: () => rate,
  };
}
