/** Runs `work` one at a time; calls while it runs share the next run, which begins after them. */
export function shareRuns(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const run = () => {
    next = undefined;
    running = work().finally(() => {
      running = undefined;
    });
    return running;
  };
  return () => {
    if (running === undefined) return next ?? run();
    next ??= running.then(run, run);
    return next;
  };
}
