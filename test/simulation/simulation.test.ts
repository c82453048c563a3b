import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import bugs from "./bugs.json" with { type: "json" };

/** Long enough for a busy machine; it only ends a test that would hang for ever. */
const longMs = 30 * 60_000;

async function simulation(...words: string[]) {
  const child = spawn(process.execPath, ["scripts/sim.mjs", ...words], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, "close")]);
  return { said, code };
}

it(
  "20 worlds end without a broken promise, and the same seeds give the same trace",
  async () => {
    const traces: string[] = [];
    for (let time = 1; time <= 2; time += 1) {
      const { code, said } = await simulation("--seeds", "20");
      expect(said).toMatch(/^20 worlds, .* 0 with a problem; trace [0-9a-f]{8};/);
      expect(code).toBe(0);
      traces.push(/trace (\w+)/.exec(said)?.[1] ?? "");
    }
    expect(traces[1]).toBe(traces[0]);
  },
  longMs,
);

it.each(Object.keys(bugs))(
  "finds a known bug: %s",
  async (name) => {
    const { code, said } = await simulation("--bug", name);
    expect(said).toMatch(/^seed \d+: /);
    expect(code).toBe(1);
  },
  longMs,
);
