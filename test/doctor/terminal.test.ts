import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { runInTerminal } from "../support/terminal/run-in-terminal.ts";
import { test as base } from "../support/test.ts";

/** The variables that say what copies, as on a machine with a display. */
const withDisplay = {
  DISPLAY: ":0",
  WAYLAND_DISPLAY: "",
  SSH_CONNECTION: "",
  SSH_TTY: "",
  SSH_CLIENT: "",
  TMUX: "",
  STY: "",
};

const test = base
  .extend("variables", ({ sandbox }) => ({ RDP_HOST: sandbox.host }))
  .extend("sharesCode", false);

const it = test
  .extend("told", ({ folder: directory }) => {
    return async (environment: Record<string, string>, columns = 100) => {
      const words = ["--demo", "doctor"];
      const run = runInTerminal({ words, directory, columns, rows: 40, environment });
      expect(await run.ended).toBe(0);
      return run.written();
    };
  })
  /** The same with settings in a file, and a sandbox as the service. */
  .extend("toldWith", ({ folder: directory, program }) => {
    return async (settings: Record<string, string>, environment: Record<string, string>) => {
      const folder = join(directory, "settings");
      await mkdir(folder, { mode: 0o700 });
      await writeFile(join(folder, "config.json"), JSON.stringify({ settings }), { mode: 0o600 });
      const own = { ...program.environment, ...environment };
      const run = runInTerminal({ words: ["doctor"], directory, environment: own });
      expect(await run.ended).toBe(0);
      return run.written();
    };
  });

it("reports what the terminal can do", async ({ told }) => {
  const text = await told({ LANG: "C.UTF-8", LC_ALL: "", COLORTERM: "truecolor", TMUX: "" });
  expect(text).toMatch(/^ok {7}terminal: keys are read from it/m);
  expect(text).toMatch(/^ok {7}size: 100x40 cells/m);
  expect(text).toMatch(/^ok {7}TERM: xterm-256color/m);
  expect(text).toMatch(/^ok {7}colours: 24 bits/m);
  expect(text).toMatch(/^ok {7}locale: LANG=C\.UTF-8/m);
  expect(text).toMatch(/^ok {7}clipboard: y copies/m);
});

it("wraps its lines between words, beside the status", async ({ told }) => {
  const rows = (await told({ LANG: "C", LC_ALL: "", LC_CTYPE: "" }, 60))
    .split("\r\n")
    .filter((row) => row !== "" && !row.includes("/"));
  expect(rows.filter((row) => row.length > 60)).toEqual([]);
  const locale = rows.findIndex((row) => row.startsWith("warning  locale:"));
  expect(rows[locale + 1]).toMatch(/^ {9}\S/);
});

it("warns of a terminal that is small and dumb, without UTF-8 or colours", async ({ told }) => {
  const environment = { TERM: "dumb", LANG: "C", LC_ALL: "", LC_CTYPE: "", COLORTERM: "" };
  const text = await told(environment, 30);
  const warned = [...text.matchAll(/^warning {2}([^:]+):/gm)].map(([, check]) => check);
  expect(warned).toEqual(expect.arrayContaining(["size", "TERM", "colours", "locale"]));
});

it.for([
  [{}, "y copies by xclip; if that fails, through the terminal"],
  [
    { SSH_CLIENT: "192.0.2.1 50000 22" },
    "y copies through the terminal (OSC 52), if it supports that",
  ],
] as const)("reports what copies with the variables %j", async ([variables, found], { told }) => {
  const text = await told({ ...withDisplay, VTE_VERSION: "", TERM_PROGRAM: "", ...variables });
  expect(text).toContain(`clipboard: ${found}`);
});

it.for([
  ["off", {}, "ok       clipboard: y copies nothing: the setting clipboard is off"],
  ["native", {}, "ok       clipboard: y copies by xclip\r\n"],
  [
    "native",
    { DISPLAY: "" },
    "warning  clipboard: y copies nothing: the setting clipboard is native",
  ],
  ["osc52", {}, "ok       clipboard: y copies through the terminal (OSC 52)"],
] as const)(
  "follows the setting %s with %j",
  async ([clipboard, variables, found], { toldWith }) => {
    const plain = { VTE_VERSION: "", TERM_PROGRAM: "" };
    const text = await toldWith({ clipboard }, { ...withDisplay, ...plain, ...variables });
    expect(text).toContain(found);
  },
);

it("warns of a tmux that does not pass clipboard codes on", async ({ folder, told }) => {
  const programs = join(folder, "programs");
  await mkdir(programs);
  const tmux = join(programs, "tmux");
  await writeFile(tmux, "#!/bin/sh\necho off\n");
  await chmod(tmux, 0o755);
  const text = await told({
    PATH: `${programs}:${process.env["PATH"]}`,
    TMUX: "/tmp/none,1,0",
    DISPLAY: "",
    WAYLAND_DISPLAY: "",
  });
  expect(text).toMatch(/^warning {2}clipboard: tmux does not pass on what y copies/m);
  expect(text).toContain("tmux set -g allow-passthrough on");
});
