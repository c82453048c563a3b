import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Home, makeHome } from "../fixtures/program.ts";
import { runInTerminal } from "../terminal/terminal.ts";

let home: Home;

beforeEach(async () => {
  home = await makeHome();
});

afterEach(() => home.remove());

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
