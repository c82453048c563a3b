import type { SimulatedProcess } from "../world/machine.ts";

export type Work = (...words: never[]) => unknown;

/** Turns synchronous calls of one process into calls that take time, which the machine's chance decides. */
export function createAsynchronousForms(process: SimulatedProcess) {
  const { machine } = process;
  const { files } = machine;

  /** The disk answers after a moment, and rarely much later. */
  const latencyMs = () => machine.chance.skewed(0.02, 40);

  function later(work: () => unknown, done: (error: unknown, result?: unknown) => void): void {
    machine.schedule.after(latencyMs(), () => {
      if (!process.isRunning) return;
      let result: unknown;
      try {
        result = work();
      } catch (thrown) {
        if (process.isRunning) done(thrown);
        return;
      }
      done(null, result);
    });
  }

  /** A sync takes time, and covers only the bytes that existed when it began. */
  function syncLater(fd: number, done: (error: unknown) => void): void {
    process.step("fsync begins");
    const end = files.beginSync(fd);
    machine.schedule.after(machine.chance.skewed(0.5, 3_000), () => {
      if (!process.isRunning) return;
      end();
      done(null);
    });
  }

  /** The form with a callback as its last argument. */
  const withCallback =
    (work: Work) =>
    (...words: unknown[]) => {
      const done = words.pop();
      if (typeof done !== "function") throw new TypeError("a callback is missing");
      later(
        () => Reflect.apply(work, undefined, words),
        (error, result) => Reflect.apply(done, undefined, [error, result]),
      );
    };

  const withPromise =
    (work: Work) =>
    (...words: unknown[]) =>
      new Promise<unknown>((resolve, reject) => {
        process.assertRunning();
        later(
          () => Reflect.apply(work, undefined, words),
          (error, result) => (error ? reject(error) : resolve(result)),
        );
      });

  return { syncLater, withCallback, withPromise };
}
