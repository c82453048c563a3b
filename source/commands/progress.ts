import { readableBytes, readableRate, readableSeconds } from "../domain/readable.ts";
import type { TransferEngine } from "../transfer/engine.ts";
import type { OutputStream } from "./output.ts";

/** A line now and then where no terminal is. */
const lineEveryMs = 5_000;

/** Shows how far the transfers are: a live line on a terminal, else a line now and then. Returns what ends it. */
export function showProgress(engine: TransferEngine, stream: OutputStream): () => void {
  if (stream.isTTY) {
    const draw = () => stream.write(`\r${describe(engine)}\u001b[K`);
    const unsubscribe = engine.subscribe(draw);
    return () => {
      unsubscribe();
      stream.write("\r\u001b[K");
    };
  }
  const timer = setInterval(() => stream.write(`${describe(engine)}\n`), lineEveryMs);
  return () => clearInterval(timer);
}

function describe(engine: TransferEngine): string {
  const { totals, transfers } = engine.snapshot();
  const percent =
    totals.bytesTotal > 0 ? Math.floor((100 * totals.bytesDone) / totals.bytesTotal) : 0;
  return [
    `${totals.done + totals.failed} of ${transfers.length}`,
    `${readableBytes(totals.bytesDone)} of ${readableBytes(totals.bytesTotal)}`,
    `${percent}%`,
    readableRate(totals.bytesPerSecond),
    `${readableSeconds(totals.secondsLeft)} left`,
  ].join("  ");
}
