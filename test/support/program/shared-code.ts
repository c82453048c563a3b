import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isStandalone } from "./built-program.ts";

/** One folder for all tests. Code of another build or another Node is not used but replaced. */
const shared = fileURLToPath(new URL("../../../node_modules/.cfs-test-code", import.meta.url));

/**
 * Lets the program with this cache folder use code that calls of other tests have compiled, because compiling
 * the commands takes a third of a call.
 */
export function shareCode(cache: string): void {
  if (isStandalone) return;
  mkdirSync(shared, { recursive: true, mode: 0o700 });
  mkdirSync(cache, { recursive: true, mode: 0o700 });
  symlinkSync(shared, join(cache, "compiled"));
}
