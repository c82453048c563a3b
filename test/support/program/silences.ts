import type { Ended, Started } from "./run.ts";

/** Waits for the end of a program with a clock, which goes forward each time that `silences` counts one more. */
export async function throughSilences(program: Started, silences: () => number): Promise<Ended> {
  let passed = 0;
  const watch = setInterval(() => {
    if (silences() <= passed) return;
    passed = silences();
    program.pass();
  }, 5);
  try {
    return await program.ended;
  } finally {
    clearInterval(watch);
  }
}
