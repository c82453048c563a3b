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
  "40 worlds end without a broken promise",
  async () => {
    const { code, said } = await simulation("--seeds", "40");
    expect(said).toMatch(/^40 worlds, .* 0 with a problem;/);
    expect(code).toBe(0);
  },
  longMs,
);

it("the same seeds give the same trace", async () => {
  const [, first] = /trace (\w+)/.exec((await simulation("--seeds", "25")).said) ?? [];
  const [, second] = /trace (\w+)/.exec((await simulation("--seeds", "25")).said) ?? [];
  expect(first).toMatch(/^[0-9a-f]{8}$/);
  expect(second).toBe(first);
});

it.each(Object.keys(bugs))(
  "finds a known bug: %s",
  async (name) => {
    const { code, said } = await simulation("--bug", name);
    expect(said).toMatch(/^seed \d+: /);
    expect(code).toBe(1);
  },
  longMs,
);
