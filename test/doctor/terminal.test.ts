import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startSandbox } from "../../source/sandbox/sandbox.ts";
import { type Home, makeHome } from "../support/program/run.ts";
import { runInTerminal } from "../support/terminal/run-in-terminal.ts";

let home: Home;

beforeEach(async () => {
  home = await makeHome();
});

afterEach(() => home.remove());

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

/** The same with settings that lie in a file, as the service of a sandbox has it. */
async function toldWith(
  settings: Readonly<Record<string, string>>,
  environment: Record<string, string>,
): Promise<string> {
  const folder = join(home.directory, "settings");
  await mkdir(folder, { mode: 0o700 });
  await writeFile(join(folder, "config.json"), JSON.stringify({ settings }), { mode: 0o600 });
  const sandbox = await startSandbox({ empty: true });
  const { directory } = home;
  const own = { ...home.environment, RDP_HOST: sandbox.host, ...environment };
  const run = runInTerminal({ words: ["doctor"], directory, environment: own });
  expect(await run.ended).toBe(0);
  await sandbox.close();
  return run.written();
}

async function told(environment: Record<string, string>, columns = 100): Promise<string> {
  const words = ["--demo", "doctor"];
  const { directory } = home;
  const run = runInTerminal({ words, directory, columns, rows: 40, environment });
  expect(await run.ended).toBe(0);
  return run.written();
}

it("says what the terminal can do", async () => {
  const text = await told({ LANG: "C.UTF-8", LC_ALL: "", COLORTERM: "truecolor", TMUX: "" });
  expect(text).toMatch(/^ok {7}terminal: keys are read from it/m);
  expect(text).toMatch(/^ok {7}size: 100x40 cells/m);
  expect(text).toMatch(/^ok {7}TERM: xterm-256color/m);
  expect(text).toMatch(/^ok {7}colours: 24 bits/m);
  expect(text).toMatch(/^ok {7}locale: LANG=C\.UTF-8/m);
  expect(text).toMatch(/^ok {7}clipboard: y copies/m);
});

it("breaks its lines between words, beside the status", async () => {
  const rows = (await told({ LANG: "C", LC_ALL: "", LC_CTYPE: "" }, 60))
    .split("\r\n")
    .filter((row) => row !== "" && !row.includes("/"));
  expect(rows.filter((row) => row.length > 60)).toEqual([]);
  const locale = rows.findIndex((row) => row.startsWith("warning  locale:"));
  expect(rows[locale + 1]).toMatch(/^ {9}\S/);
});

it("warns of one that is small, cannot move its cursor, has no UTF-8 and no colours", async () => {
  const environment = { TERM: "dumb", LANG: "C", LC_ALL: "", LC_CTYPE: "", COLORTERM: "" };
  const text = await told(environment, 30);
  const warned = [...text.matchAll(/^warning {2}([^:]+):/gm)].map(([, check]) => check);
  expect(warned).toEqual(expect.arrayContaining(["size", "TERM", "colours", "locale"]));
});

it.each([
  [{}, "y copies by xclip, else through the terminal"],
  [
    { SSH_CLIENT: "192.0.2.1 50000 22" },
    "y copies through the terminal (OSC 52), if it takes that",
  ],
])("says what copies where the variables are %j", async (variables, found) => {
  const text = await told({ ...withDisplay, VTE_VERSION: "", TERM_PROGRAM: "", ...variables });
  expect(text).toContain(`clipboard: ${found}`);
});

it.each([
  ["off", {}, "ok       clipboard: y copies nothing: the setting clipboard is off"],
  ["native", {}, "ok       clipboard: y copies by xclip\r\n"],
  ["native", { DISPLAY: "" }, "warning  clipboard: there is no program here for y to copy by"],
  ["osc52", {}, "ok       clipboard: y copies through the terminal (OSC 52)"],
])("goes by the setting %s with %j", async (clipboard, variables, found) => {
  const plain = { VTE_VERSION: "", TERM_PROGRAM: "" };
  const text = await toldWith({ clipboard }, { ...withDisplay, ...plain, ...variables });
  expect(text).toContain(found);
});

it("warns of a tmux that keeps what y offers", async () => {
  const folder = join(home.directory, "programs");
  await mkdir(folder);
  const tmux = join(folder, "tmux");
  await writeFile(tmux, "#!/bin/sh\necho off\n");
  await chmod(tmux, 0o755);
  const text = await told({
    PATH: `${folder}:${process.env["PATH"]}`,
    TMUX: "/tmp/none,1,0",
    DISPLAY: "",
    WAYLAND_DISPLAY: "",
  });
  expect(text).toMatch(/^warning {2}clipboard: tmux keeps what y offers/m);
  expect(text).toContain("tmux set -g allow-passthrough on");
});
