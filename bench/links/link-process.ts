import process from "node:process";
import { createInterface } from "node:readline";
import * as v from "valibot";
import { startLink } from "./link.ts";

/**
 * A link in a separate process. Usage: link-process FIGURES PORT..., where FIGURES is a JSON object and
 * each PORT is that of a server on this machine. Prints its own ports, then for each line that it reads the
 * bytes it has carried and its processor time. A speed that is left out is not limited.
 */
const speed = v.optional(v.number(), Number.POSITIVE_INFINITY);
const figuresShape = v.object({
  roundTripMs: v.number(),
  bytesPerSecond: speed,
  bytesPerSecondInAll: speed,
  lateShare: v.optional(v.number(), 0),
});

const [figures = "", ...targets] = process.argv.slice(2);
const link = await startLink(v.parse(figuresShape, JSON.parse(figures)), targets.map(Number));
const print = (answer: unknown) => process.stdout.write(`${JSON.stringify(answer)}\n`);
print({ ports: link.ports });
createInterface({ input: process.stdin })
  .on("line", () => {
    const { user, system } = process.cpuUsage();
    print({ bytes: link.carriedBytes(), cpuSeconds: (user + system) / 1e6 });
  })
  .on("close", () => process.exit(0));
