import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { spawn } from "@lydell/node-pty";
import xterm from "@xterm/headless";
import { median } from "./measure.mjs";

const patienceMs = 120_000;

/** A program in a terminal of its own: keys in, and what they cost. */
export function startInTerminal(
  command,
  words,
  { cwd, environment = {}, columns = 120, rows = 30 },
) {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  const { CI: _, NO_COLOR: __, ...inherited } = process.env;
  const child = spawn(command, words, {
    name: "xterm-256color",
    cols: columns,
    rows,
    cwd,
    env: { ...inherited, TERM: "xterm-256color", LANG: "C.UTF-8", ...environment },
  });
  const cost = { bytes: 0, writes: 0, atMs: performance.now() };
  const ended = new Promise((resolve) => child.onExit(resolve));
  child.onData((text) => {
    cost.bytes += Buffer.byteLength(text);
    cost.writes += 1;
    cost.atMs = performance.now();
    terminal.write(text);
  });
  terminal.onData((text) => child.write(text));

  const lineAt = (row) => terminal.buffer.active.getLine(row)?.translateToString(true) ?? "";
  const screen = () => Array.from({ length: rows }, (_, row) => lineAt(row)).join("\n");

  async function still(ms) {
    while (performance.now() - cost.atMs < ms) await wait(4);
  }

  async function shows(pattern) {
    const startMs = performance.now();
    while (!pattern.test(screen())) {
      if (performance.now() - startMs > patienceMs) {
        throw new Error(`${command} never showed ${pattern}:\n${screen()}`);
      }
      await wait(2);
    }
    return performance.now() - startMs;
  }

  /** Bytes, writes and milliseconds to the last byte of what `keys`, sent in one packet, bring about. */
  async function press(keys, stillMs = 100) {
    const startMs = performance.now();
    Object.assign(cost, { bytes: 0, writes: 0, atMs: startMs });
    child.write(keys);
    await still(stillMs);
    return { bytes: cost.bytes, writes: cost.writes, ms: cost.atMs - startMs };
  }

  /** The median of many presses of these keys in turn. */
  async function pressOften(keys, times, stillMs) {
    const taken = [];
    for (let time = 0; time < times; time += 1) {
      taken.push(await press(keys[time % keys.length], stillMs));
    }
    const of = (name) => median(taken.map((one) => one[name]));
    return { bytes: of("bytes"), writes: of("writes"), ms: of("ms") };
  }

  /** What is written, and the CPU time that is taken, while nobody presses anything. */
  async function watch(ms) {
    await still(300);
    cost.bytes = 0;
    const before = cpuMs();
    await wait(ms);
    return { bytes: cost.bytes, cpuMs: cpuMs() - before };
  }

  /** Of all its threads. */
  function cpuMs() {
    const fields = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1].split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  function megabytes() {
    const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_000;
  }

  async function end() {
    child.kill("SIGKILL");
    await ended;
    terminal.dispose();
  }

  return { screen, shows, still, press, pressOften, watch, cpuMs, megabytes, end };
}
