/** Resolves after one or two spans of `idleMs` without a request, or when the signal aborts. */
export async function untilIdle(
  requests: readonly { readonly ended: boolean }[],
  idleMs: number,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const last = requests.at(-1);
    await pause(idleMs, signal);
    const isIdle = requests.at(-1) === last && last?.ended !== false;
    if (isIdle || signal.aborted) return;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", end);
      resolve();
    }, ms);
    signal.addEventListener("abort", end, { once: true });
  });
}
