import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { stopCoverage, takeCoverage } from "node:v8";

/** Starts to count: what has run before is discarded. */
export function beginJourney(): void {
  takeCoverage();
  const folder = process.env["NODE_V8_COVERAGE"] ?? "";
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
}

/** Stops counting in this thread. A worker thread writes what it ran when it ends. */
export function endJourney(): void {
  takeCoverage();
  stopCoverage();
}
