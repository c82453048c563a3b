import type { NewFileSet } from "../../source/sandbox/sandbox.ts";
import type { RunOptions, Started } from "../support/program/run.ts";
import { waitUntil } from "../support/wait-until.ts";
import { syncTest } from "./sync-fixture.ts";

/** One line of `cfs watch --json`. */
interface Event {
  event: string;
  [field: string]: unknown;
}

export interface Watching extends Pick<Started, "kill" | "ended"> {
  events(): Event[];
  /** Resolves once so many events of this kind were printed. */
  reaches(event: string, count?: number): Promise<void>;
  /** Interrupts it, and resolves with its end. */
  stop(): Started["ended"];
}

/** Tests of `cfs watch` with one package, and a folder to keep up to date. */
export const watchTest = syncTest
  /** What the sandbox adds to its clock. */
  .extend("clock", () => ({ aheadMs: 0 }))
  .override("sandboxOptions", ({ clock }) => ({
    empty: true,
    now: () => Date.now() + clock.aheadMs,
  }))
  .extend("watch", ({ out, program }, { onCleanup }) => {
    const running = new Set<Started>();
    onCleanup(async () => {
      for (const one of running) one.kill("SIGKILL");
      await Promise.all([...running].map(({ ended }) => ended));
    });
    return (words: readonly string[] = [], options: RunOptions = {}): Watching => {
      const call = ["watch", "bulk-A", "--package", "Pack-A", "-o", out, "--json"];
      const started = program.start([...call, ...words], options);
      running.add(started);
      let text = "";
      const events = () =>
        text
          .split("\n")
          .slice(0, -1)
          .map((line): Event => JSON.parse(line));
      const ended = started.ended.then((end) => {
        running.delete(started);
        text = end.stdout;
        return end;
      });
      return {
        kill: started.kill,
        ended,
        events,
        reaches: (event, count = 1) =>
          started.until(({ stdout }) => {
            text = stdout;
            return events().filter((one) => one.event === event).length >= count;
          }),
        stop() {
          started.kill("SIGINT");
          return ended;
        },
      };
    };
  })
  /** Publishes a file set with one file, or with these. */
  .extend("publish", ({ packageId, sandbox }) => {
    return (name: string, files?: readonly string[], more: Partial<NewFileSet> = {}) =>
      sandbox.push.publish({
        name,
        packageId,
        files: (files ?? [`${name}.csv.gz`]).map((filename) => ({ filename, bytes: 3_000 })),
        ...more,
      });
  })
  /** Waits until no queue has a message. */
  .extend("emptied", ({ sandbox }) => () => {
    const isEmpty = () =>
      sandbox.push.queues().every(({ visible, inFlight }) => visible + inFlight === 0);
    return waitUntil(isEmpty, "an empty queue");
  })
  /** How often the body of each file was requested, by name. */
  .extend("fetches", ({ sandbox }) => () => {
    const counts = new Map<string, number>();
    for (const { place, path } of sandbox.requests) {
      const name = decodeURIComponent(path.split("/").at(-1) ?? "");
      if (place === "objects") counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return counts;
  });
